import type { Env } from "./environment.ts";
import type { OpenClawConfig } from "./schema/config-schema.ts";

/** A finding about the file; `path` is dotted with array indexes as numbers, empty for the root. */
export interface ConfigIssue {
  readonly path: string;
  readonly message: string;
  /** What may stand there, in words, and what kind of value does; of a value that is out of place. */
  readonly expected?: string;
  readonly received?: string;
  /** Line in the main file, counted from 1, when the place is written there. */
  readonly line?: number;
  /** Dotted path of the setting that an unknown key may have meant. */
  readonly suggestion?: string;
}

/** What one reading of the configuration file found; also the body of `config.get` once redacted. */
export interface ConfigSnapshot {
  readonly path: string;
  readonly exists: boolean;
  /** Text of the file; `null` when there is none or it could not be read. */
  readonly raw: string | null;
  /** The file as written: includes and `${VAR}` in place. */
  readonly parsed: unknown;
  /** With includes merged and variables substituted. */
  readonly resolved: Readonly<Record<string, unknown>>;
  readonly valid: boolean;
  /** With defaults and expanded paths; empty when the file is invalid. */
  readonly config: OpenClawConfig;
  /** SHA-256 of the text in lower-case hex; of the empty string when there is no file. */
  readonly hash: string;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
  /** Those of the issues that are about keys of older releases. */
  readonly legacyIssues: readonly ConfigIssue[];
}

/** A file that the main file includes. */
export interface IncludedFile {
  /** Symbolic links followed. */
  readonly path: string;
  /** SHA-256 of its text in lower-case hex. */
  readonly hash: string;
  readonly text: string;
}

/** A snapshot together with the environment it was read in. */
export interface LoadedConfig extends ConfigSnapshot {
  /** With includes merged, `${VAR}` in place: what edits are made against. Empty while that is not known. */
  readonly written: unknown;
  /** Every included file as it was read. */
  readonly includes: readonly IncludedFile[];
  /** Every file it depends on, those that are missing included; symbolic links as they are named. */
  readonly sources: readonly string[];
  /** Variables that the `.env` files add to the process environment. */
  readonly fileEnv: Env;
  /** Process environment, completed by the `.env` files and the `env` section; never overriding it. */
  readonly env: Env;
}
