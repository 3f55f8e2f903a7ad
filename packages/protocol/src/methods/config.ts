import * as v from "valibot";

import { intFrom, noParams, nonEmpty, shortText, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** A problem at a place of the configuration. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** Result of `config.get`. Secrets read `__OPENCLAW_REDACTED__` everywhere. */
export interface ConfigSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** The file's text, `null` when there is none. */
  readonly raw: string | null;
  readonly parsed: unknown;
  /** With includes and variables, before defaults. */
  readonly resolved: unknown;
  readonly valid: boolean;
  /** What the gateway runs with. */
  readonly config: unknown;
  /** SHA-256 of the text, hex; changes are made against it. */
  readonly hash?: string;
  readonly issues: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  readonly legacyIssues: readonly ConfigProblem[];
  /** Dialect 4, from here on: `resolved` and `config` under their newer names. */
  readonly sourceConfig?: unknown;
  readonly runtimeConfig?: unknown;
  /** Files the main file includes. */
  readonly includedPaths?: readonly string[];
  /** Changes when any of the files does. */
  readonly configRevisionHash?: string;
  /** The revision the gateway runs with. */
  readonly appliedConfigHash?: string;
}

/** Dotted paths of settings, by what their change leads to. */
export interface ConfigEffects {
  /** Applied to the running gateway. */
  readonly hot: readonly string[];
  /** In force after a restart. */
  readonly restart: readonly string[];
  /** Nothing has to be done. */
  readonly none: readonly string[];
  /** Left out, because `gateway.reload.mode` says so. */
  readonly ignored: readonly string[];
}

/** A restart that was scheduled. */
export interface ScheduledRestart {
  readonly ok: true;
  readonly pid: number;
  readonly signal: "SIGUSR1";
  /** Time until it is due, cooldown included; running work may defer it. */
  readonly delayMs: number;
  readonly reason: string;
  readonly mode: "emit";
  /** It joined one that was scheduled before. */
  readonly coalesced: boolean;
  readonly cooldownMsApplied: number;
}

/** What the next start is told about a restart. */
export interface RestartSentinel {
  /** `null` when it could not be written. */
  readonly path: string | null;
  readonly payload: {
    readonly kind: "config-patch" | "config-apply";
    readonly status: "ok";
    readonly ts: number;
    readonly sessionKey?: string;
    readonly message: string | null;
    readonly doctorHint: string;
    readonly stats: { readonly mode: string; readonly root: string };
  };
}

/** Result of a write: the configuration is on disk. */
export interface ConfigWritten {
  readonly ok: true;
  readonly path: string;
  /** What the next start runs with, secrets hidden. */
  readonly config: unknown;
  readonly hash: string;
  /** Empty when nothing but comments changed, or nothing at all. */
  readonly changedPaths: readonly string[];
  readonly applied: ConfigEffects;
  /** `null` when none was scheduled. */
  readonly restart: ScheduledRestart | null;
  readonly sentinel: RestartSentinel | null;
  /** It is on disk, but could not be applied: the running gateway is as before. */
  readonly reverted?: { readonly path: string; readonly reason: string };
  /** Settings that are on disk, but come into force only with the next start. */
  readonly pendingRestart?: readonly string[];
}

/** Result of a write that was only tried. */
export interface ConfigTried {
  readonly ok: true;
  readonly dryRun: true;
  readonly path: string;
  /** Hash the file would have. */
  readonly hash: string;
  readonly changedPaths: readonly string[];
  readonly plan: ConfigEffects;
  /** Why it would be refused; empty when it would be written. */
  readonly issues: readonly ConfigProblem[];
}

/** What a form may show beside a setting. */
export interface ConfigHint {
  readonly label?: string;
  readonly help?: string;
  readonly sensitive?: boolean;
}

/** Result of `config.schema`. */
export interface ConfigSchemaView {
  /** JSON Schema, draft-07. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** By path; `*` stands for any key or index. */
  readonly uiHints: Readonly<Record<string, ConfigHint>>;
  readonly version: string;
  /** ISO time. */
  readonly generatedAt: string;
}

/** Result of `config.schema.lookup`: one setting and what is below it. */
export interface ConfigSchemaLookup {
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** What a change asks of this gateway: nothing, to be applied live, or a restart. */
  readonly reload: "hot" | "restart" | "none";
  readonly uiHint?: ConfigHint;
  readonly children: readonly { readonly path: string; readonly type: string }[];
}

/** Longest note that is kept for the time after a restart. */
const MAX_NOTE_CHARS = 4000;
const MAX_KEY_CHARS = 512;

const edit = {
  /** JSON5. */
  raw: nonEmpty,
  /** `hash` of the `config.get` the edit was made for; needed as soon as there is a file. */
  baseHash: v.optional(nonEmpty),
  /** Checks everything and writes nothing. */
  dryRun: v.optional(v.boolean()),
  /** Writes what destroys much of the configuration all the same. */
  force: v.optional(v.boolean()),
};

const restartingEdit = v.strictObject({
  ...edit,
  sessionKey: v.optional(shortText(MAX_KEY_CHARS)),
  note: v.optional(v.pipe(v.string(), v.maxLength(MAX_NOTE_CHARS))),
  /** Time until the restart; more than a minute counts as one. */
  restartDelayMs: v.optional(intFrom(0)),
});

/** The configuration file. */
export const CONFIG_METHODS = {
  "config.get": method({ params: noParams, scope: "operator.read", result: result<ConfigSnapshot>() }),
  "config.set": method({
    params: v.strictObject(edit),
    scope: "operator.admin",
    budgeted: true,
    result: result<ConfigWritten | ConfigTried>(),
  }),
  "config.apply": method({
    params: restartingEdit,
    scope: "operator.admin",
    budgeted: true,
    result: result<ConfigWritten | ConfigTried>(),
  }),
  "config.patch": method({
    params: restartingEdit,
    scope: "operator.admin",
    budgeted: true,
    result: result<ConfigWritten | ConfigTried>(),
  }),
  "config.schema": method({ params: noParams, scope: "operator.read", result: result<ConfigSchemaView>() }),
  "config.schema.lookup": method({
    params: v.strictObject({ path: text }),
    scope: "operator.read",
    result: result<ConfigSchemaLookup>(),
    advertised: false,
  }),
};
