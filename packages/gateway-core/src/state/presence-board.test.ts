import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPresenceBoard } from "./presence-board.ts";

const board = () =>
  createPresenceBoard(
    () => ({ mode: "gateway" }),
    () => 1_000,
  );

test("a text stays over the connections of one device, until a note gives another", () => {
  const presence = board();
  presence.update("device", { host: "cli", mode: "probe", text: "Node: cli · mode probe" });
  presence.update("device", {
    host: "gateway-client",
    mode: "backend",
    text: "Node: gateway-client · mode backend",
  });
  expect(presence.list()[1]).toMatchObject({ host: "gateway-client", text: "Node: cli · mode probe" });
  presence.note({ text: "Node: box · mode local", fields: { deviceId: "device" } });
  expect(presence.list()[1]).toMatchObject({ host: "box", text: "Node: box · mode local" });
});

describe("list", () => {
  const clocked = () => {
    const clock = { now: 0 };
    const presence = createPresenceBoard(
      () => ({ mode: "gateway" }),
      () => clock.now,
    );
    return { clock, presence };
  };

  test("begins with the gateway itself, always fresh, then who was heard of last", () => {
    const { clock, presence } = clocked();
    for (const [key, ts] of [
      ["A", 1_000],
      ["b", 2_000],
      ["c", 2_500],
      ["a", 2_700],
    ] as const) {
      clock.now = ts;
      presence.update(key, { host: key });
    }
    clock.now = 3_000;
    expect(presence.list()).toEqual([
      { mode: "gateway", ts: 3_000 },
      { host: "a", ts: 2_700 },
      { host: "c", ts: 2_500 },
      { host: "b", ts: 2_000 },
    ]);
  });

  test("forgets whoever was not heard of for five minutes, roles and all", () => {
    const { clock, presence } = clocked();
    presence.update("a", { host: "a", roles: ["node"] });
    clock.now = 299_999;
    expect(presence.list()).toHaveLength(2);
    clock.now = 300_000;
    expect(presence.list()).toHaveLength(1);
    presence.update("a", { roles: ["operator"] });
    expect(presence.list()[1]).toEqual({ roles: ["operator"], ts: 300_000 });
  });

  test("T-DOS-16 has at most 200 entries, the latest ones", () => {
    const { presence } = clocked();
    for (let index = 0; index < 500; index += 1) presence.update(`k${index}`, { host: `k${index}` });
    expect(presence.list()).toHaveLength(200);
    expect(presence.list()[1]?.host).toBe("k499");
    expect(presence.list()[199]?.host).toBe("k301");
  });

  test("gets a new version with every change, and a list once given stays as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat(1_000_000))), (changes) => {
        const { clock, presence } = clocked();
        for (const [key, elapsed] of changes) {
          const [version, list] = [presence.version, presence.list()];
          const before = structuredClone(list);
          clock.now += elapsed;
          presence.update(key, { host: key });
          expect(list).toEqual(before);
          expect(presence.version).toBe(version + 1);
          expect(presence.list().filter(({ host }) => host === key.slice(0, 256))).not.toHaveLength(0);
        }
      }),
      { seed: 7 },
    );
  });
});

describe("note", () => {
  test("calls free text worth telling every time", () => {
    const presence = board();
    expect(presence.note({ text: "the cat is out", fields: {} })).toBe(true);
    expect(presence.note({ text: "the cat is out", fields: {} })).toBe(true);
  });

  test("calls a node's note worth telling only when its facts changed", () => {
    const presence = board();
    const text = "Node: box (10.0.0.9) · app 1.0 · mode local · reason launch";
    expect(presence.note({ text, fields: { instanceId: "i" } })).toBe(true);
    expect(presence.note({ text, fields: { instanceId: "i" } })).toBe(false);
    expect(presence.note({ text: text.replace("1.0", "1.1"), fields: { instanceId: "i" } })).toBe(true);
  });

  test("never calls periodic reports worth telling", () => {
    expect(board().note({ text: "Node: box · mode local · reason periodic", fields: {} })).toBe(false);
    expect(board().note({ text: "Node: box · mode local · reason heartbeat", fields: {} })).toBe(false);
  });

  test("lets given fields win over fields read from the text", () => {
    const presence = board();
    presence.note({ text: "Node: box · mode local", fields: { mode: "remote", instanceId: "i" } });
    expect(presence.list()[1]).toMatchObject({ host: "box", mode: "remote", instanceId: "i" });
  });
});
