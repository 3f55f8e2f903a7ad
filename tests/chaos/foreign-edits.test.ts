import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readLastGood, resolvePaths } from "@openclaw/config";
import { describe, expect, test } from "vitest";
import { installed, text } from "../threats/support/installation.ts";

const MAIN = text('  ui: { $include: "ui.json5" },\n');
const UI = '{ assistant: { name: "one" } } // theirs\n';

async function site() {
  const own = await installed(MAIN, { files: { "ui.json5": UI } });
  const folder = join(own.folder, "home", "state");
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: own.folder, cwd: own.folder });
  return { ...own, paths, ui: join(folder, "ui.json5"), lock: `${own.configPath}.lock` };
}

describe("a started gateway whose write waits for another writer", () => {
  test.each<[string, { edits: "main" | "ui"; patch: object }]>([
    ["the file that is written", { edits: "main", patch: { skills: { a: 1 } } }],
    ["a file that it includes", { edits: "ui", patch: { skills: { a: 1 } } }],
    ["the included file that is written", { edits: "ui", patch: { ui: { assistant: { name: "two" } } } }],
    ["the file that includes it", { edits: "main", patch: { ui: { assistant: { name: "two" } } } }],
  ])("T-CFG-05 does not undo an edit of %s that somebody makes meanwhile", async (_, { edits, patch }) => {
    await using own = await site();
    const before = { main: MAIN, ui: UI };
    const path = { main: own.configPath, ui: own.ui };
    // Whoever writes now has not even said who it is.
    await writeFile(own.lock, "");
    const writing = own.refused("config.patch", JSON.stringify(patch));
    // Until now nothing was wrong with the write: it has been planned, and checked against what is there.
    await delay(300);
    const byHand = `${before[edits]}// by hand\n`;
    await writeFile(path[edits], byHand);
    await rm(own.lock);
    expect((await writing).message).toBe("config changed since last load; re-run config.get and retry");
    const found = { main: await own.read(), ui: await readFile(own.ui, "utf8") };
    expect(found).toEqual({ ...before, [edits]: byHand });
    expect(await own.edit("config.patch", JSON.stringify(patch))).toMatchObject({ ok: true });
  });
});

test("an edit of an included file alone is the last good configuration, too", async () => {
  await using own = await site();
  const kept = async () => (await readLastGood(own))?.files.map((file) => file.text);
  await expect.poll(kept).toEqual([MAIN, UI]);
  const edited = UI.replace("one", "two");
  await writeFile(own.ui, edited);
  await expect.poll(kept).toEqual([MAIN, edited]);
  await own.edit("config.patch", JSON.stringify({ ui: { assistant: { name: "three" } } }));
  await expect.poll(kept).toEqual([MAIN, UI.replace("one", "three")]);
});
