import { describe, expect, test } from "vitest";
import { tempFolder } from "../../test/temp-folder.ts";
import { openStore } from "../open-store.ts";

describe("settings", () => {
  test("hold the last value of each name, over a restart", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const before = await openStore({ path });
    expect(await before.settings.get("voicewake")).toBeUndefined();
    await before.settings.put("voicewake", ["a"]);
    await before.settings.put("voicewake", ["b", "c"]);
    await before.settings.put("other", { deep: [1, null] });
    await before.close();
    const after = await openStore({ path });
    expect(await after.settings.get("voicewake")).toEqual(["b", "c"]);
    expect(await after.settings.get("other")).toEqual({ deep: [1, null] });
    await after.close();
  });
});
