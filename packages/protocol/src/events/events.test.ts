import { describe, expect, test } from "vitest";

import { eventContract, EVENTS, type EventName } from "./index.ts";
import type { ChatEventPayload } from "./runs.ts";

describe("EVENTS", () => {
  test.each<[EventName, string]>([
    ["connect.challenge", "none"],
    ["tick", "none"],
    ["shutdown", "none"],
    ["health", "none"],
    ["heartbeat", "none"],
    ["presence", "operator.read"],
    ["agent", "operator.read"],
    ["chat", "operator.read"],
    ["sessions.changed", "operator.read"],
    ["session.message", "operator.read"],
    ["voicewake.changed", "operator.read"],
    ["talk.mode", "operator.talk"],
    ["node.pair.requested", "operator.pairing"],
    ["node.pair.resolved", "operator.pairing"],
    ["node.invoke.progress", "operator.write"],
    ["device.pair.requested", "operator.pairing"],
    ["device.pair.resolved", "operator.pairing"],
    ["exec.approval.requested", "operator.approvals"],
    ["exec.approval.resolved", "operator.approvals"],
  ])("T-AZ-12 delivers %s to holders of %s", (name, scope) => {
    expect(EVENTS[name].scope).toBe(scope);
  });

  test("covers every event in the guard table", () => {
    expect(Object.keys(EVENTS)).toEqual([
      "connect.challenge",
      "agent",
      "chat",
      "sessions.changed",
      "session.message",
      "presence",
      "tick",
      "talk.mode",
      "shutdown",
      "health",
      "heartbeat",
      "node.pair.requested",
      "node.pair.resolved",
      "node.invoke.request",
      "node.invoke.progress",
      "device.pair.requested",
      "device.pair.resolved",
      "voicewake.changed",
      "exec.approval.requested",
      "exec.approval.resolved",
    ]);
  });

  test("lets a slow connection miss chat deltas but no outcome", () => {
    const chat = (state: ChatEventPayload["state"]): ChatEventPayload => ({
      runId: "r",
      sessionKey: "k",
      seq: 1,
      state,
    });
    const { dropIfSlow } = EVENTS.chat;
    const droppable = (["delta", "status", "final", "aborted", "error"] as const).filter(
      (state) => typeof dropIfSlow === "function" && dropIfSlow(chat(state)),
    );
    expect(droppable).toEqual(["delta", "status"]);
  });

  test("never lets a slow connection miss shutdown, health or a run's steps", () => {
    expect([EVENTS.shutdown.dropIfSlow, EVENTS.health.dropIfSlow, EVENTS.agent.dropIfSlow]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("broadcasts everything but the challenge and what an invoke is about", () => {
    expect(
      Object.entries(EVENTS)
        .filter(([, { targeted }]) => targeted)
        .map(([name]) => name),
    ).toEqual(["connect.challenge", "node.invoke.request", "node.invoke.progress"]);
  });
});

describe("eventContract", () => {
  test("finds contracts by name and nothing from a prototype", () => {
    expect(eventContract("tick")).toBe(EVENTS.tick);
    expect(eventContract("constructor")).toBeUndefined();
  });
});
