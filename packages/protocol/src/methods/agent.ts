import * as v from "valibot";

import { idempotencyKey, intFrom, nonEmpty, shortText, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** First answer of `agent`: the run is durable and will get a final answer on the same request id. */
export interface AgentAccepted {
  /** The caller's `idempotencyKey`. */
  readonly runId: string;
  readonly status: "accepted";
  readonly acceptedAt: number;
  /** Dialect 4. */
  readonly sessionKey?: string;
  readonly agentId?: string;
}

/** Token counts of a run, or of its last model call when cache counts are present. */
export interface TokenUsage {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly total?: number;
}

/** How a run went. */
export interface AgentRunMeta {
  readonly durationMs: number;
  readonly agentMeta: {
    readonly sessionId: string;
    readonly provider: string;
    readonly model: string;
    readonly usage?: TokenUsage;
    readonly lastCallUsage?: TokenUsage;
    readonly promptTokens?: number;
  };
  readonly aborted: boolean;
  readonly stopReason?: string;
  readonly systemPromptReport?: Readonly<Record<string, unknown>>;
}

/** Final answer of `agent`. A failed run has `status:"error"` as payload beside an `UNAVAILABLE` error. */
export type AgentFinal =
  | {
      readonly runId: string;
      readonly status: "ok";
      readonly summary: string;
      readonly result: {
        readonly payloads: readonly { readonly text?: string; readonly mediaUrl: string | null }[];
        readonly meta: AgentRunMeta;
      };
    }
  | { readonly runId: string; readonly status: "error"; readonly summary: string };

/** Result of `agent.wait`; `timeout` also stands for a run nobody knows and for an aborted one. */
export interface AgentWait {
  readonly runId: string;
  readonly status: "ok" | "error" | "timeout";
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly error?: string;
}

/** Running an agent and waiting for it. */
export const AGENT_METHODS = {
  agent: method({
    params: v.strictObject({
      message: nonEmpty,
      agentId: v.optional(nonEmpty),
      to: v.optional(text),
      replyTo: v.optional(text),
      sessionId: v.optional(text),
      sessionKey: v.optional(text),
      thinking: v.optional(text),
      deliver: v.optional(v.boolean()),
      attachments: v.optional(v.array(v.unknown())),
      channel: v.optional(text),
      replyChannel: v.optional(text),
      accountId: v.optional(text),
      replyAccountId: v.optional(text),
      threadId: v.optional(text),
      groupId: v.optional(text),
      groupChannel: v.optional(text),
      groupSpace: v.optional(text),
      /** Seconds. */
      timeout: v.optional(intFrom(0)),
      bestEffortDeliver: v.optional(v.boolean()),
      lane: v.optional(text),
      extraSystemPrompt: v.optional(text),
      inputProvenance: v.optional(
        v.strictObject({
          kind: v.picklist(["external_user", "inter_session", "internal_system"]),
          sourceSessionKey: v.optional(text),
          sourceChannel: v.optional(text),
          sourceTool: v.optional(text),
        }),
      ),
      idempotencyKey,
      label: v.optional(shortText(64)),
      spawnedBy: v.optional(text),
    }),
    scope: "operator.write",
    result: result<AgentAccepted | AgentFinal>(),
  }),
  "agent.wait": method({
    params: v.strictObject({ runId: nonEmpty, timeoutMs: v.optional(intFrom(0)) }),
    scope: "operator.write",
    result: result<AgentWait>(),
  }),
};
