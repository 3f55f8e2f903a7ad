import type { ChatMessage } from "../methods/chat.ts";
import type { SessionRow } from "../methods/sessions.ts";
import { event } from "./define.ts";

/** A session's row, its fields beside the payload's own; `null` says that a field was cleared. */
type RowFields = { readonly [name in keyof Omit<SessionRow, "key">]?: SessionRow[name] | null };

/** What both events tell of the session: `session` is its row, the same fields stand beside it. */
export interface SessionEventPayload extends RowFields {
  /** Canonical. */
  readonly sessionKey: string;
  readonly agentId: string;
  readonly session?: SessionRow;
}

/** Payload of `sessions.changed`: `reason`, or `phase` and `runId`. A deleted session has no row. */
export interface SessionsChangedPayload extends SessionEventPayload {
  readonly reason?: string;
  readonly phase?: "start" | "end" | "error";
  readonly runId?: string;
  /** Epoch ms. */
  readonly ts: number;
}

/** Payload of `session.message`: as `chat.history` shows it, with `__openclaw {id, seq, …}` and the `usage` of a model. */
export interface SessionMessagePayload extends SessionEventPayload {
  readonly message: ChatMessage;
  readonly messageId: string;
  /** Place in the transcript, from 1. */
  readonly messageSeq: number;
  /** The run that said it. */
  readonly runId?: string;
}

/**
 * Events for those who asked for them.
 *
 * Docs: protocol.md#session-subscriptions
 */
export const SESSION_EVENTS = {
  "sessions.changed": event<SessionsChangedPayload>({
    scope: "operator.read",
    dropIfSlow: true,
    summary: "To subscribers, when a session was changed or a run of it went on.",
  }),
  "session.message": event<SessionMessagePayload>({
    scope: "operator.read",
    dropIfSlow: true,
    summary: "To subscribers, when a message reached the transcript.",
  }),
};
