import * as v from "valibot";

import type { Dialect } from "./version.ts";
import { findViolations, type Violation } from "./violations.ts";

/** A value that fits its schema, or the text that says why it does not. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };

/**
 * Checks wire input against a schema. Absent input (`undefined`, `null`) counts as `{}`. On refusal `text` names every
 * problem once, joined by `; `, in the words the dialect's clients know:
 * `at /client: must have required property 'version'`.
 *
 * Docs: protocol.md#validation-text
 */
export function parseParams<const S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  dialect: Dialect = 3,
): Parsed<v.InferOutput<S>> {
  return parseValue(schema, input ?? {}, dialect);
}

/** {@link parseParams} for input that must be present. */
export function parseValue<const S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  dialect: Dialect = 3,
): Parsed<v.InferOutput<S>> {
  const violations = findViolations(schema, input);
  if (violations.length > 0) return { ok: false, text: describeViolations(violations, dialect) };
  const result = v.safeParse(schema, input);
  if (result.success) return { ok: true, value: result.output };
  // Only rules the walk does not know (a contract added from outside this package) are left to valibot's own words.
  return { ok: false, text: unique(result.issues.map((issue) => issue.message)) };
}

function describeViolations(violations: readonly Violation[], dialect: Dialect): string {
  return unique(violations.flatMap((violation) => describe(violation, dialect)));
}

function unique(items: readonly string[]): string {
  return [...new Set(items)].join("; ");
}

function describe(violation: Violation, dialect: Dialect): string[] {
  const { pointer } = violation;
  // Only unknown keys name the root; everything else drops the prefix there.
  if (violation.rule === "unknown")
    return [`at ${pointer || "root"}: unexpected property '${violation.key}'`];
  const at = pointer ? `at ${pointer}: ` : "";
  return words(violation, dialect).map((text) => at + text);
}

/** Dialect 4 clients expect the wording of their own line's validator, which differs in these few places. */
function words(violation: Exclude<Violation, { rule: "unknown" }>, dialect: Dialect): string[] {
  const not = dialect === 3 ? "must NOT" : "must not";
  switch (violation.rule) {
    case "required":
      return [`must have required property '${violation.key}'`];
    case "type":
      return [`must be ${violation.expected}`];
    case "min":
      return [`must be >= ${violation.limit}`];
    case "max":
      return [`must be <= ${violation.limit}`];
    case "too-short":
      return [`${not} have fewer than ${violation.limit} ${violation.unit}`];
    case "too-long":
      return [`${not} have more than ${violation.limit} ${violation.unit}`];
    case "pattern":
      return [`must match pattern "${violation.pattern}"`];
    case "constant":
      return ["must be equal to constant"];
    case "one-of":
      return dialect === 3
        ? ["must be equal to constant", "must match a schema in anyOf"]
        : ["must be equal to one of the allowed values"];
    case "any-of":
      return ["must match a schema in anyOf"];
    default:
      return violation satisfies never;
  }
}
