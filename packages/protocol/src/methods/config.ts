import { noParams } from "../schemas.ts";
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
}

/** The configuration file. */
export const CONFIG_METHODS = {
  "config.get": method({ params: noParams, scope: "operator.read", result: result<ConfigSnapshot>() }),
};
