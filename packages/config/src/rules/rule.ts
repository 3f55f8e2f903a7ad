import type { OpenClawConfig } from "../schema/config-schema.ts";
import type { ConfigIssue } from "../snapshot.ts";
import { isRecord } from "../source/record.ts";

/** What a rule finds: an issue, and the place of the key it is about. */
export interface RuleIssue extends ConfigIssue {
  readonly place: readonly string[];
}

/** One condition between keys that a schema of single keys cannot express. */
export type Rule = (config: OpenClawConfig) => readonly RuleIssue[];

/** A finding at a path. */
export function issue(place: readonly string[], message: string): RuleIssue {
  return { path: place.join("."), message, place };
}

/** Values that stand in a list more than once. */
export function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** A section; nothing where there is none. */
export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
