import * as v from "valibot";
import { crossCheck } from "./rules/cross-check.ts";
import { ConfigSchema, type OpenClawConfig } from "./schema/config-schema.ts";
import { expectation, knownKeys, schemasAt } from "./schema/lookup.ts";
import type { ConfigIssue } from "./snapshot.ts";
import { nearestName } from "./show/nearest-name.ts";
import { isRecord } from "./source/record.ts";

/** A finding with the place of the offending key, which may lie below the path that is reported. */
export interface LocatedIssue extends ConfigIssue {
  readonly place: readonly string[];
  /** Paths of keys that nobody knows, when it is about them. */
  readonly unknown?: readonly (readonly string[])[];
}

/** A checked configuration, or everything that is wrong with it. */
export type Validation =
  | { readonly ok: true; readonly config: OpenClawConfig }
  | { readonly ok: false; readonly issues: readonly LocatedIssue[] };

/** Checks a resolved tree against the schema and the rules between keys. Docs: configuration.md#validation */
export function validateConfig(tree: unknown): Validation {
  const result = v.safeParse(ConfigSchema, tree);
  const issues = result.success ? crossCheck(result.output) : result.issues.flatMap(describe);
  if (!result.success || issues.length > 0) return { ok: false, issues };
  return { ok: true, config: result.output };
}

type SchemaIssue = v.BaseIssue<unknown>;

function describe(issue: SchemaIssue): readonly LocatedIssue[] {
  const path = (issue.path ?? []).map((item) => String(item.key));
  if (issue.type === "strict_object" && issue.expected === "never") return [unknownKeysIssue(issue, path)];
  if (issue.kind !== "schema") return [located(path, issue.message)];
  const deeper = deeperIssues(issue);
  if (deeper.length > 0) {
    return deeper.flatMap((inner) => describe({ ...inner, path: joinPaths(issue, inner) }));
  }
  const expected = expectation(schemasAt(ConfigSchema, path)) || (issue.expected ?? "never");
  const received = typeName(issue.input);
  const words = expected.startsWith("one of") ? "" : `, received ${received}`;
  return [{ ...located(path, `Invalid input: expected ${expected}${words}`), expected, received }];
}

/** Findings inside the alternative of a union that has the shape of the input. */
function deeperIssues(issue: SchemaIssue): readonly SchemaIssue[] {
  return issue.type === "union" ? (issue.issues ?? []).filter((inner) => (inner.path ?? []).length > 0) : [];
}

function joinPaths(
  outer: SchemaIssue,
  inner: SchemaIssue,
): [v.IssuePathItem, ...v.IssuePathItem[]] | undefined {
  const [first, ...rest] = [...(outer.path ?? []), ...(inner.path ?? [])];
  return first === undefined ? undefined : [first, ...rest];
}

const UNRECOGNIZED = "Unrecognized";

/** Whether an issue is about keys that nobody knows, and about nothing else. */
export function isUnknownKey({ message }: Pick<ConfigIssue, "message">): boolean {
  return message.startsWith(`${UNRECOGNIZED} key`);
}

/** The schema stops at an object's first unknown key; people want to see all of them. */
function unknownKeysIssue(issue: SchemaIssue, path: readonly string[]): LocatedIssue {
  const parent = path.slice(0, -1);
  const input = issue.path?.at(-1)?.input;
  const known = knownKeys(schemasAt(ConfigSchema, parent));
  const unknown = (isRecord(input) ? Object.keys(input) : []).filter((key) => !known.has(key));
  const names = unknown.map((key) => JSON.stringify(key)).join(", ");
  const message = `${UNRECOGNIZED} ${unknown.length === 1 ? "key" : "keys"}: ${names}`;
  const nearest = unknown.length === 1 ? nearestName(unknown[0] ?? "", known) : undefined;
  return {
    ...located(parent, message),
    place: path,
    unknown: unknown.map((key) => [...parent, key]),
    ...(nearest !== undefined && { suggestion: [...parent, nearest].join(".") }),
  };
}

function located(path: readonly string[], message: string): LocatedIssue {
  return { path: path.join("."), message, place: path };
}

function typeName(value: unknown): string {
  if (value === null || Number.isNaN(value)) return String(value);
  return Array.isArray(value) ? "array" : typeof value;
}
