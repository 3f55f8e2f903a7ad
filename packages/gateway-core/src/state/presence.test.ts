import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EMPTY_PRESENCE,
  listPresence,
  parsePresenceText,
  type PresenceChange,
  type PresenceState,
  upsertPresence,
} from "./presence.ts";

const upsert = (state: PresenceState, key: string, change: PresenceChange, now: number) =>
  upsertPresence(state, { key, change, now });
const self = { host: "box", mode: "gateway", reason: "self" };

describe("presence", () => {
  test("lists the gateway itself first and always fresh, then the newest entries", () => {
    const one = upsert(EMPTY_PRESENCE, "A", { host: "a" }, 1_000);
    const two = upsert(one, "b", { host: "b" }, 2_000);
    expect(listPresence(two, self, 3_000)).toEqual([
      { ...self, ts: 3_000 },
      { host: "b", ts: 2_000 },
      { host: "a", ts: 1_000 },
    ]);
  });

  test("merges roles and scopes by union under one lower-cased key and replaces what is said anew", () => {
    const one = upsert(
      EMPTY_PRESENCE,
      "Dev",
      { host: "old", roles: ["operator"], scopes: ["operator.read"] },
      1,
    );
    const two = upsert(
      one,
      "dev",
      { host: "new", roles: ["node"], scopes: ["operator.read"], reason: "disconnect" },
      2,
    );
    expect([...two.entries.values()]).toEqual([
      { host: "new", roles: ["operator", "node"], scopes: ["operator.read"], reason: "disconnect", ts: 2 },
    ]);
  });

  test("forgets entries after five minutes without news", () => {
    const state = upsert(EMPTY_PRESENCE, "a", { host: "a" }, 0);
    expect(listPresence(state, self, 299_999)).toHaveLength(2);
    expect(listPresence(state, self, 300_000)).toHaveLength(1);
  });

  test("T-DOS-16 keeps at most 200 entries and caps texts, however many and long they are", () => {
    let state = EMPTY_PRESENCE;
    for (let index = 0; index < 500; index++)
      state = upsert(state, `k${index}`, { host: "x".repeat(5_000) }, index);
    expect(state.entries.size).toBe(200);
    expect(state.entries.has("k499")).toBe(true);
    expect(listPresence(state, self, 500)).toHaveLength(200);
    expect(state.entries.get("k499")?.host).toHaveLength(256);
  });

  test("bumps the version with every change and never changes an earlier value", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat(1_000))), (changes) => {
        let state = EMPTY_PRESENCE;
        for (const [key, ts] of changes) {
          const before = [...state.entries];
          const next = upsert(state, key, { host: key }, ts);
          expect([...state.entries]).toEqual(before);
          expect(next.version).toBe(state.version + 1);
          state = next;
        }
      }),
      { seed: 7 },
    );
  });
});

describe("parsePresenceText", () => {
  test("reads the fields of a node's note", () => {
    expect(
      parsePresenceText("Node: box1 (10.0.0.9) · app 1.0 · last input 5s ago · mode local · reason launch"),
    ).toEqual({
      host: "box1",
      ip: "10.0.0.9",
      version: "1.0",
      lastInputSeconds: 5,
      mode: "local",
      reason: "launch",
    });
  });

  test("reads a note without address and gives nothing for other text", () => {
    expect(parsePresenceText("Node: UI · mode webchat")).toEqual({ host: "UI", mode: "webchat" });
    expect(parsePresenceText("plain text event")).toEqual({});
  });

  test("takes any text without failing", () => {
    fc.assert(
      fc.property(fc.string(), (text) => void parsePresenceText(text)),
      { seed: 7 },
    );
  });
});
