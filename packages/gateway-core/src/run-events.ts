import type { ChatEvent, LifecycleEvent, RunEvent } from "@openclaw/agents";
import {
  type AgentEventPayload,
  type ChatEventPayload,
  type ChatMessage,
  chatPayload,
  type Dialect,
} from "@openclaw/protocol";

type AgentRunEvent = Exclude<RunEvent, { type: "chat" }>;
type ChatRunEvent = Extract<RunEvent, { type: "chat" }>;

/**
 * The `agent` event of a step of a run, in the shape of a dialect.
 *
 * Docs: protocol.md#agent
 */
export function agentEventPayload(event: AgentRunEvent, dialect: Dialect): AgentEventPayload {
  const { runId, sessionKey, sessionId, agentId, seq, ts } = event;
  const base = { runId, stream: event.type, data: streamData(event, dialect), sessionKey, seq, ts };
  if (dialect === 3) return base;
  // Pieces of text are many, and what they belong to was told when the run began.
  const isPiece = event.type === "assistant" || event.type === "thinking";
  return { ...base, ...(!isPiece && { sessionId }), agentId };
}

function streamData(event: AgentRunEvent, dialect: Dialect): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case "lifecycle":
      return lifecycleData(event, dialect);
    case "assistant":
    case "thinking":
      return { text: event.text, delta: event.delta };
    case "tool": {
      const { phase, name, toolCallId } = event;
      if (phase === "start") return { phase, name, toolCallId, args: event.args };
      // Results stay out: they may be large and secret, and only a verbose session shows them.
      return {
        phase,
        name,
        toolCallId,
        isError: event.isError,
        ...(event.meta !== undefined && { meta: event.meta }),
      };
    }
    default:
      return event satisfies never;
  }
}

/** What every run event tells; the rest of a lifecycle event is its data. */
const ENVELOPE = new Set([
  "type",
  "runId",
  "principal",
  "kind",
  "sessionKey",
  "rawSessionKey",
  "sessionId",
  "agentId",
  "seq",
  "ts",
]);

function lifecycleData(event: LifecycleEvent, dialect: Dialect): Readonly<Record<string, unknown>> {
  if (dialect === 3 && event.phase === "end") {
    // Dialect 3 tells the start time of an ended run only when it was cut short, and never a stop reason.
    const { phase, startedAt, endedAt, aborted } = event;
    return { phase, endedAt, ...(aborted && { aborted, ...(startedAt !== undefined && { startedAt }) }) };
  }
  if (dialect === 3 && event.phase === "error")
    return { phase: event.phase, error: event.error, endedAt: event.endedAt };
  return Object.fromEntries(Object.entries(event).filter(([name]) => !ENVELOPE.has(name)));
}

/**
 * The `chat` event of a run for one dialect; undefined when that dialect has nothing to hear.
 *
 * Docs: protocol.md#chat
 */
export function chatEventPayload(event: ChatRunEvent, dialect: Dialect): ChatEventPayload | undefined {
  // The rest of the text right before the end: full-text clients get it with the terminal event.
  if (event.state === "delta" && event.isFlush && dialect === 3) return undefined;
  const { runId, key, seq, state, agentId } = event;
  return chatPayload(dialect, {
    runId,
    sessionKey: key,
    agentId,
    seq,
    state,
    ...stateFields(event, event.ts),
  });
}

function stateFields(event: ChatEvent, timestamp: number): Partial<ChatEventPayload> {
  switch (event.state) {
    case "delta":
      return {
        deltaText: event.deltaText,
        ...(event.replace && { replace: true }),
        message: assistantText(event.text, timestamp),
      };
    case "final":
      return {
        ...(event.stopReason !== undefined && { stopReason: event.stopReason }),
        ...(event.usage !== undefined && { usage: { ...event.usage } }),
        ...(event.injected !== undefined && { message: { ...event.injected } }),
        ...(event.injected === undefined &&
          event.text !== undefined && { message: assistantText(event.text, timestamp) }),
      };
    case "aborted":
      return {
        stopReason: event.stopReason,
        ...(event.text !== undefined && { message: assistantText(event.text, timestamp) }),
      };
    case "error":
      return { errorMessage: event.errorMessage, errorKind: event.errorKind };
    default:
      return event satisfies never;
  }
}

function assistantText(text: string, timestamp: number): ChatMessage {
  return { role: "assistant", content: [{ type: "text", text }], timestamp };
}
