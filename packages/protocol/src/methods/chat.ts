import * as v from "valibot";

import { idempotencyKey, intBetween, intFrom, nonEmpty, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** Part of a message; `text` parts carry `text`, other kinds their own fields. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string;
  readonly [key: string]: unknown;
}

/** A message of a conversation as clients see it. */
export interface ChatMessage {
  readonly role: "user" | "assistant" | (string & {});
  readonly content: string | readonly ContentPart[];
  /** Epoch ms. */
  readonly timestamp?: number;
  readonly api?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly stopReason?: string;
  readonly errorMessage?: string;
  readonly [key: string]: unknown;
}

/** Result of `chat.abort`, and of a `chat.send` whose message is a stop phrase. */
export interface ChatAborted {
  readonly ok: true;
  readonly aborted: boolean;
  readonly runIds: readonly string[];
}

/** Result of `chat.send`: there is no second answer, the outcome comes as events. */
export interface ChatStarted {
  /** The caller's `idempotencyKey`. */
  readonly runId: string;
  /** `in_flight`: already running. `ok`: already done. */
  readonly status: "started" | "in_flight" | "ok";
  /** Dialect 4. */
  readonly messageSeq?: number;
}

/** Result of `chat.history`, oldest message first. */
export interface ChatHistory {
  /** As sent. */
  readonly sessionKey: string;
  /** Absent for a session that does not exist. */
  readonly sessionId?: string;
  readonly messages: readonly ChatMessage[];
  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  /** Dialect 4: the run that is writing now. */
  readonly inFlightRun?: { readonly runId: string; readonly text: string };
  readonly sessionInfo?: { readonly hasActiveRun: boolean; readonly activeRunIds?: readonly string[] };
  readonly hasMore?: boolean;
  readonly nextOffset?: number | null;
}

const optionalText = v.optional(text);

const FORGEABLE = [
  "originatingChannel",
  "originatingTo",
  "originatingAccountId",
  "originatingThreadId",
  "systemInputProvenance",
  "systemProvenanceReceipt",
  "suppressCommandInterpretation",
] as const;

/** Conversations. */
export const CHAT_METHODS = {
  "chat.history": method({
    params: v.strictObject({
      sessionKey: nonEmpty,
      limit: v.optional(intBetween(1, 1_000)),
      agentId: optionalText,
      sessionId: optionalText,
      messageId: optionalText,
      cursor: optionalText,
      offset: v.optional(intFrom(0)),
      maxBytes: v.optional(intFrom(1_024)),
      maxChars: v.optional(intBetween(1, 500_000)),
      pendingBefore: v.optional(v.unknown()),
      inputRunIds: v.optional(v.pipe(v.array(nonEmpty), v.minLength(1), v.maxLength(50))),
    }),
    scope: "operator.read",
    result: result<ChatHistory>(),
  }),
  "chat.abort": method({
    params: v.strictObject({ sessionKey: nonEmpty, runId: v.optional(nonEmpty) }),
    scope: "operator.write",
    result: result<ChatAborted>(),
  }),
  "chat.send": method({
    params: v.strictObject({
      sessionKey: nonEmpty,
      message: text,
      thinking: optionalText,
      deliver: v.optional(v.boolean()),
      attachments: v.optional(v.array(v.unknown())),
      /** Bounds the run. */
      timeoutMs: v.optional(intFrom(0)),
      idempotencyKey,
      agentId: optionalText,
      sessionId: optionalText,
      queueMode: optionalText,
      fastMode: v.optional(v.union([v.boolean(), v.literal("auto")])),
      fastAutoOnSeconds: v.optional(v.number()),
      intent: v.optional(v.unknown()),
      mentions: v.optional(v.array(v.unknown())),
      workContext: v.optional(v.unknown()),
      toolBindings: v.optional(v.unknown()),
      replyToId: optionalText,
      // The next seven change who the message seems to come from.
      originatingChannel: optionalText,
      originatingTo: optionalText,
      originatingAccountId: optionalText,
      originatingThreadId: optionalText,
      systemInputProvenance: v.optional(v.unknown()),
      systemProvenanceReceipt: v.optional(v.unknown()),
      suppressCommandInterpretation: v.optional(v.boolean()),
      expectedLeafEntryId: v.optional(v.nullable(text)),
      expectedSessionRoutingContract: v.optional(v.unknown()),
      expectedPermissionMode: v.optional(v.unknown()),
      expectedToolOverrides: v.optional(v.unknown()),
    }),
    scope: "operator.write",
    // Whoever may say that a message came from elsewhere could speak for others.
    extraScope: (params) =>
      FORGEABLE.some((name) => params[name] !== undefined) ? "operator.admin" : undefined,
    result: result<ChatStarted | ChatAborted>(),
  }),
  "chat.inject": method({
    params: v.strictObject({
      sessionKey: nonEmpty,
      message: nonEmpty,
      label: v.optional(v.pipe(text, v.maxLength(100))),
    }),
    scope: "operator.admin",
    result: result<{ readonly ok: true; readonly messageId: string }>(),
    advertised: false,
  }),
};
