import type { NodeRecord } from "@openclaw/nodes";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../../test/temp-folder.ts";
import { openStore } from "../open-store.ts";

const LAMP: NodeRecord = {
  nodeId: "lamp",
  name: "Lamp",
  approval: { commands: ["lamp.on"], createdAtMs: 1, approvedAtMs: 2 },
};

describe("nodes", () => {
  test("hold the last record of each node, in the order they came, over a restart", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const before = await openStore({ path });
    expect(await before.nodes.node("lamp")).toBeUndefined();
    await before.nodes.putNode({ nodeId: "lamp" });
    await before.nodes.putNode({ nodeId: "door", work: { revision: 1, items: [] } });
    await before.nodes.putNode(LAMP);
    await before.close();
    const after = await openStore({ path });
    expect(await after.nodes.node("lamp")).toEqual(LAMP);
    expect((await after.nodes.nodes()).map(({ nodeId }) => nodeId)).toEqual(["lamp", "door"]);
    await after.close();
  });

  test("say whether there was one to remove", async () => {
    const store = await openStore({ path: ":memory:" });
    await store.nodes.putNode(LAMP);
    expect([await store.nodes.removeNode("lamp"), await store.nodes.removeNode("lamp")]).toEqual([
      true,
      false,
    ]);
    expect(await store.nodes.nodes()).toEqual([]);
    await store.close();
  });
});
