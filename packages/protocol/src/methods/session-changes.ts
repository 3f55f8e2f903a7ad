import * as v from "valibot";

import { idempotencyKey, intFrom, nonEmpty, shortText, text } from "../schemas.ts";
import type { ChatAborted, ChatStarted } from "./chat.ts";
import { method, result } from "./define.ts";

/** A session's entry as changes show it; open, since entries are. */
export interface SessionEntryView {
  readonly sessionId: string;
  /** Epoch ms. */
  readonly updatedAt: number;
  readonly [field: string]: unknown;
}

/** Result of `sessions.patch`. */
export interface SessionPatched {
  readonly ok: true;
  /** Where sessions are stored. */
  readonly path: string;
  /** Canonical. */
  readonly key: string;
  readonly entry: SessionEntryView;
  /** The model the next run tries first. */
  readonly resolved: { readonly modelProvider: string; readonly model: string };
}

/** Result of `sessions.create`. */
export interface SessionCreated {
  readonly ok: true;
  /** Canonical. */
  readonly key: string;
  readonly sessionId: string;
  readonly entry: SessionEntryView;
  /** The model its first run tries first. */
  readonly resolved: { readonly modelProvider: string; readonly model: string };
}

/** Result of `sessions.compact`. */
export interface SessionCompacted {
  readonly ok: true;
  readonly key: string;
  readonly compacted: boolean;
  /** Lines the transcript has now, without its header. */
  readonly kept?: number;
  /** Where the whole transcript is kept. */
  readonly archived?: string;
  readonly reason?: "no sessionId" | "no transcript";
}

/** `expectedSessionId` refuses the call when the session was started over meanwhile. */
const target = { key: nonEmpty, agentId: v.optional(nonEmpty), expectedSessionId: v.optional(nonEmpty) };
const setting = v.optional(v.nullable(nonEmpty));
const oneOf = <const W extends readonly string[]>(...words: W) => v.optional(v.nullable(v.picklist(words)));

/** What a session is called and which model answers how: everybody who may write may change it. */
const ORGANISING: ReadonlySet<string> = new Set(["label", "category", "model", "thinkingLevel", "fastMode"]);

/** A message to a session. */
const MESSAGE = v.strictObject({
  key: nonEmpty,
  agentId: v.optional(nonEmpty),
  message: text,
  thinking: v.optional(text),
  attachments: v.optional(v.array(v.unknown())),
  /** Bounds the run. */
  timeoutMs: v.optional(intFrom(0)),
  /** Becomes the run's id; made up when absent. */
  idempotencyKey: v.optional(idempotencyKey),
});

/** Changing sessions. */
export const SESSION_CHANGE_METHODS = {
  "sessions.patch": method({
    params: v.strictObject({
      ...target,
      label: v.optional(v.nullable(shortText(64))),
      category: v.optional(v.nullable(shortText(64))),
      thinkingLevel: setting,
      verboseLevel: setting,
      reasoningLevel: setting,
      elevatedLevel: setting,
      execHost: setting,
      execSecurity: setting,
      execAsk: setting,
      execNode: setting,
      model: setting,
      fastMode: v.optional(v.nullable(v.union([v.boolean(), v.literal("auto")]))),
      spawnedBy: setting,
      spawnDepth: v.optional(v.nullable(intFrom(0))),
      responseUsage: oneOf("off", "tokens", "full", "on"),
      sendPolicy: oneOf("allow", "deny"),
      groupActivation: oneOf("mention", "always"),
    }),
    scope: "operator.write",
    extraScope: (params) => {
      const changed = Object.keys(params).filter((name) => !Object.hasOwn(target, name));
      const isOrganising = changed.length > 0 && changed.every((name) => ORGANISING.has(name));
      return isOrganising ? undefined : "operator.admin";
    },
    result: result<SessionPatched>(),
  }),
  "sessions.create": method({
    params: v.strictObject({
      /** @default a new one of the agent */
      key: v.optional(nonEmpty),
      agentId: v.optional(nonEmpty),
      label: v.optional(shortText(64)),
      category: v.optional(shortText(64)),
      model: v.optional(nonEmpty),
      thinkingLevel: v.optional(nonEmpty),
    }),
    scope: "operator.write",
    result: result<SessionCreated>(),
    advertised: false,
  }),
  "sessions.reset": method({
    params: v.strictObject({ ...target, reason: v.optional(v.picklist(["new", "reset"])) }),
    scope: "operator.admin",
    result: result<{ readonly ok: true; readonly key: string; readonly entry: SessionEntryView }>(),
  }),
  "sessions.delete": method({
    params: v.strictObject({
      ...target,
      deleteTranscript: v.optional(v.boolean()),
      emitLifecycleHooks: v.optional(v.boolean()),
    }),
    scope: "operator.admin",
    result: result<{
      readonly ok: true;
      readonly key: string;
      readonly deleted: boolean;
      readonly archived: readonly string[];
    }>(),
  }),
  "sessions.compact": method({
    params: v.strictObject({ ...target, maxLines: v.optional(intFrom(1)) }),
    scope: "operator.admin",
    result: result<SessionCompacted>(),
  }),
  "sessions.send": method({
    params: MESSAGE,
    scope: "operator.write",
    result: result<ChatStarted | ChatAborted>(),
    advertised: false,
  }),
  "sessions.steer": method({
    params: MESSAGE,
    scope: "operator.write",
    result: result<ChatStarted | ChatAborted>(),
    advertised: false,
  }),
  "sessions.abort": method({
    params: v.strictObject({
      key: nonEmpty,
      agentId: v.optional(nonEmpty),
      runId: v.optional(nonEmpty),
    }),
    scope: "operator.write",
    result: result<ChatAborted>(),
    advertised: false,
  }),
};
