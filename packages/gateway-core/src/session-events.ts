import type { LiveSession, SessionEvent } from "@openclaw/agents";
import type { SessionEventPayload, SessionMessagePayload, SessionsChangedPayload } from "@openclaw/protocol";
import type { RpcServer } from "@openclaw/rpc-server";
import { chatMessage } from "./session-view.ts";
import type { SessionSubscriptions } from "./state/session-subscriptions.ts";

type Changed = Extract<SessionEvent, { type: "changed" }>;
type Message = Extract<SessionEvent, { type: "message" }>;

/** Passes what happens to sessions on to those who watch them. */
export function announceSession(
  server: Pick<RpcServer, "broadcast">,
  subscriptions: SessionSubscriptions,
  event: SessionEvent,
): void {
  if (event.type === "changed") {
    const only = subscriptions.ofChanges();
    if (only !== undefined) server.broadcast("sessions.changed", changedPayload(event), { only });
    return;
  }
  const only = subscriptions.ofMessages(event.sessionKey);
  if (only !== undefined) server.broadcast("session.message", messagePayload(event), { only });
}

/**
 * Payload of `sessions.changed`; a deleted session leaves its id behind.
 *
 * Docs: protocol.md#session-subscriptions
 */
export function changedPayload(event: Changed): SessionsChangedPayload {
  const { sessionKey, agentId, sessionId, ts, session, change } = event;
  if (session === undefined) return { sessionKey, agentId, ...change, ts, sessionId };
  return { ...change, ts, ...withRow(event, session) };
}

/**
 * Payload of `session.message`.
 *
 * Docs: protocol.md#session-subscriptions
 */
export function messagePayload(event: Message): SessionMessagePayload {
  const { sessionKey, agentId, session, messageId, position, recordedAt, runId, idempotencyKey } = event;
  const mark = {
    ...{ id: messageId, seq: position, recordTimestampMs: recordedAt },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(runId !== undefined && { runId }),
  };
  const message = {
    ...chatMessage(event.message),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    __openclaw: mark,
  };
  const row = session === undefined ? { sessionKey, agentId } : withRow(event, session);
  return { message, messageId, messageSeq: position, ...(runId !== undefined && { runId }), ...row };
}

/** Fields that a change may have cleared: an absent one is told as `null`. */
const CLEARABLE = [
  "label",
  "category",
  "displayName",
  "thinkingLevel",
  "verboseLevel",
  "reasoningLevel",
  "elevatedLevel",
  "fastMode",
  "sendPolicy",
  "responseUsage",
  "startedAt",
  "endedAt",
  "runtimeMs",
] as const satisfies readonly (keyof LiveSession)[];

function withRow({ sessionKey, agentId }: SessionEvent, session: LiveSession): SessionEventPayload {
  const { key: _, ...fields } = session;
  const cleared = Object.fromEntries(CLEARABLE.map((name) => [name, null]));
  return { ...cleared, ...fields, sessionKey, agentId, session };
}
