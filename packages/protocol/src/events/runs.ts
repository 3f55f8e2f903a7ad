import type { ChatMessage } from "../methods/chat.ts";
import { event } from "./define.ts";

/** Payload of `agent`. */
export interface AgentEventPayload {
  readonly runId: string;
  /** Per run, from 1; shared with `chat`. */
  readonly seq: number;
  /** `lifecycle`, `assistant`, `tool`, `thinking`, `compaction` or `error`. */
  readonly stream: string;
  readonly ts: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sessionKey?: string;
  /** Dialect 4. */
  readonly sessionId?: string;
  readonly agentId?: string;
  readonly spawnedBy?: string;
  readonly isHeartbeat?: boolean;
}

/** Payload of `chat`, for both dialects. */
export interface ChatEventPayload {
  readonly runId: string;
  /** Canonical, except where the answer echoes the key as it was sent (aborts, commands). */
  readonly sessionKey: string;
  readonly seq: number;
  /** `status` exists in dialect 4 only. */
  readonly state: "delta" | "final" | "aborted" | "error" | "status";
  /** The text so far on `delta`; absent for silent answers. */
  readonly message?: ChatMessage;
  readonly errorMessage?: string;
  readonly errorKind?: "refusal" | "timeout" | "rate_limit" | "context_length" | "unknown";
  readonly stopReason?: string;
  /** Dialect 4. */
  readonly agentId?: string;
  /** Dialect 4, on every delta: what is new; with `replace` the whole text. */
  readonly deltaText?: string;
  readonly replace?: boolean;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly errorDetail?: string;
  readonly phase?: string;
}

/** Events of runs. */
export const RUN_EVENTS = {
  agent: event<AgentEventPayload>({
    scope: "operator.read",
    dropIfSlow: false,
    summary: "Every step of every run; tool streams only to connections that asked for them.",
  }),
  chat: event<ChatEventPayload>({
    scope: "operator.read",
    dropIfSlow: (payload) => payload.state === "delta" || payload.state === "status",
    summary: "The visible text of every run with a session; exactly one final, aborted or error per run.",
  }),
};
