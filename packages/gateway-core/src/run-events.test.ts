import type { RunEvent, RunEventBody } from "@openclaw/agents";
import { describe, expect, test } from "vitest";
import { agentEventPayload, chatEventPayload } from "./run-events.ts";

const base = {
  runId: "r",
  principal: "shared",
  kind: "agent",
  sessionKey: "agent:main:main",
  rawSessionKey: "main",
  sessionId: "s",
  agentId: "main",
  seq: 3,
  ts: 1_000,
} as const;

type AgentEvent = Parameters<typeof agentEventPayload>[0];
type ChatEvent = Parameters<typeof chatEventPayload>[0];
const agentEvent = (body: Exclude<RunEventBody, { type: "chat" }>) => ({ ...base, ...body }) as AgentEvent;
const chatEvent = (body: Extract<RunEventBody, { type: "chat" }>) =>
  ({ ...base, ...body }) as ChatEvent & RunEvent;

describe("agentEventPayload", () => {
  test("names agent and session in dialect 4 only, the session's id not with every piece of text", () => {
    const event = agentEvent({ type: "assistant", text: "Hello you", delta: " you" });
    const payload = {
      runId: "r",
      stream: "assistant",
      data: { text: "Hello you", delta: " you" },
      sessionKey: "agent:main:main",
      seq: 3,
      ts: 1_000,
    };
    expect(agentEventPayload(event, 3)).toEqual(payload);
    expect(agentEventPayload(event, 4)).toEqual({ ...payload, agentId: "main" });
    const start = agentEvent({ type: "lifecycle", phase: "start", startedAt: 5 });
    expect(agentEventPayload(start, 3)).not.toHaveProperty("sessionId");
    expect(agentEventPayload(start, 4)).toMatchObject({ sessionId: "s", agentId: "main" });
  });

  test("ends a run with its end time alone in dialect 3, and with the start time when it was cut short", () => {
    const end = agentEvent({ type: "lifecycle", phase: "end", startedAt: 5, endedAt: 9, stopReason: "stop" });
    expect(agentEventPayload(end, 3).data).toEqual({ phase: "end", endedAt: 9 });
    expect(agentEventPayload(end, 4).data).toEqual({
      phase: "end",
      startedAt: 5,
      endedAt: 9,
      stopReason: "stop",
    });
    const cut = agentEvent({
      type: "lifecycle",
      phase: "end",
      startedAt: 5,
      endedAt: 9,
      aborted: true,
      stopReason: "rpc",
    });
    expect(agentEventPayload(cut, 3).data).toEqual({ phase: "end", startedAt: 5, endedAt: 9, aborted: true });
  });

  test("keeps tool results out of the event", () => {
    const event = agentEvent({
      type: "tool",
      phase: "result",
      name: "read",
      toolCallId: "c",
      isError: false,
      result: "secret",
    });
    expect(agentEventPayload(event, 4).data).toEqual({
      phase: "result",
      name: "read",
      toolCallId: "c",
      isError: false,
    });
  });
});

describe("chatEventPayload", () => {
  test("carries the text so far in both dialects and the new part in dialect 4", () => {
    const event = chatEvent({
      type: "chat",
      key: "agent:main:main",
      state: "delta",
      text: "Hello you",
      deltaText: " you",
    });
    const message = { role: "assistant", content: [{ type: "text", text: "Hello you" }], timestamp: 1_000 };
    expect(chatEventPayload(event, 3)).toEqual({
      runId: "r",
      sessionKey: "agent:main:main",
      seq: 3,
      state: "delta",
      message,
    });
    expect(chatEventPayload(event, 4)).toMatchObject({ deltaText: " you", message, agentId: "main" });
  });

  test("spares dialect 3 the rest of the text that the final repeats", () => {
    const event = chatEvent({
      type: "chat",
      key: "k",
      state: "delta",
      text: "all",
      deltaText: "l",
      isFlush: true,
    });
    expect(chatEventPayload(event, 3)).toBeUndefined();
    expect(chatEventPayload(event, 4)).toMatchObject({ deltaText: "l" });
  });

  test("leaves the message of a silent answer out", () => {
    expect(chatEventPayload(chatEvent({ type: "chat", key: "k", state: "final" }), 3)).toEqual({
      runId: "r",
      sessionKey: "k",
      seq: 3,
      state: "final",
    });
  });

  test("tells an error and an abort with their reasons", () => {
    const error = chatEvent({
      type: "chat",
      key: "k",
      state: "error",
      errorMessage: "401 no",
      errorKind: "unknown",
    });
    expect(chatEventPayload(error, 3)).toEqual({
      runId: "r",
      sessionKey: "k",
      seq: 3,
      state: "error",
      errorMessage: "401 no",
    });
    expect(chatEventPayload(error, 4)).toMatchObject({ errorKind: "unknown" });
    const aborted = chatEvent({
      type: "chat",
      key: "main",
      state: "aborted",
      stopReason: "rpc",
      text: "so far",
    });
    expect(chatEventPayload(aborted, 3)).toMatchObject({
      state: "aborted",
      stopReason: "rpc",
      sessionKey: "main",
    });
  });
});
