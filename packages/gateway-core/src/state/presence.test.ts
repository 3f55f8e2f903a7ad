import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedEntry, parsePresenceText } from "./presence.ts";

describe("changedEntry", () => {
  test("merges roles and scopes by union and replaces what is said anew", () => {
    const known = { host: "old", platform: "linux", roles: ["operator"], scopes: ["operator.read"], ts: 1 };
    const change = { host: "new", roles: ["node"], scopes: ["operator.read"], reason: "disconnect" };
    expect(changedEntry(known, change, 2)).toEqual({
      host: "new",
      platform: "linux",
      roles: ["operator", "node"],
      scopes: ["operator.read"],
      reason: "disconnect",
      ts: 2,
    });
  });

  test("T-DOS-16 keeps texts and lists short", () => {
    const scopes = Array.from({ length: 100 }, (_, index) => `scope ${index} ${"x".repeat(500)}`);
    const entry = changedEntry(undefined, { host: "x".repeat(5_000), scopes }, 1);
    expect(entry.host).toHaveLength(256);
    expect(entry.scopes).toHaveLength(32);
    expect(entry.scopes?.[0]).toHaveLength(256);
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
