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
