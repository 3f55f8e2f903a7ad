import * as v from "valibot";

import { noParams, text } from "../schemas.ts";
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
  readonly uiHint?: ConfigHint;
  readonly children: readonly { readonly path: string; readonly type: string }[];
}

/** The configuration file. */
export const CONFIG_METHODS = {
  "config.get": method({ params: noParams, scope: "operator.read", result: result<ConfigSnapshot>() }),
  "config.schema": method({ params: noParams, scope: "operator.read", result: result<ConfigSchemaView>() }),
  "config.schema.lookup": method({
    params: v.strictObject({ path: text }),
    scope: "operator.read",
    result: result<ConfigSchemaLookup>(),
    advertised: false,
  }),
};
