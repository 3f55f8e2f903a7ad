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

/** What is stored of sessions. */
export interface SessionCounts {
  readonly sessions: number;
  /** Transcripts that no session uses any more. */
  readonly archives: number;
  /** Size of all transcripts. */
  readonly bytes: number;
}

/** Something that `sessions.cleanup` removes. */
export type SessionRemoval = { readonly sessionId: string; readonly bytes: number } & (
  | {
      readonly type: "session";
      readonly key: string;
      readonly agentId: string;
      readonly updatedAt: number;
      /** Unused too long, one too many of its agent, or too large. */
      readonly reason: "age" | "count" | "disk";
      /** What was said in it stays as an archive. */
      readonly keepsTranscript: boolean;
    }
  | {
      readonly type: "archive";
      /** Its session started over, was cut, or was removed. */
      readonly leftAs: "reset" | "cut" | "deleted";
      readonly leftAt: number;
      readonly reason: "age" | "disk";
    }
);

/** Result of `sessions.cleanup`. */
export interface SessionsCleanedUp {
  readonly ok: true;
  /** `session.maintenance.mode`. */
  readonly mode: "warn" | "enforce";
  /** Whether the removals were made; else they are what would go. */
  readonly applied: boolean;
  readonly before: SessionCounts;
  readonly after: SessionCounts;
  readonly removals: readonly SessionRemoval[];
  /** There is more than one cleanup looks at: another one may find something. */
  readonly hasMore: boolean;
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
  "sessions.cleanup": method({
    params: v.strictObject({
      /** Only says what would go, whatever else is asked. */
      dryRun: v.optional(v.boolean()),
      /** Removes it also where `session.maintenance.mode` is `warn`. */
      enforce: v.optional(v.boolean()),
      /** A session that stays. */
      activeKey: v.optional(nonEmpty),
    }),
    scope: "operator.admin",
    result: result<SessionsCleanedUp>(),
    advertised: false,
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
