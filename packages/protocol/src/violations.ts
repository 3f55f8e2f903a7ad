import type * as v from "valibot";

import { LIMITS } from "./limits.ts";

/** One broken rule at one place; `pointer` is a JSON pointer, empty at the root. */
export type Violation = { readonly pointer: string } & (
  | { readonly rule: "required"; readonly key: string }
  | { readonly rule: "unknown"; readonly key: string }
  | { readonly rule: "type"; readonly expected: string }
  | { readonly rule: "min" | "max"; readonly limit: number }
  | { readonly rule: "too-short" | "too-long"; readonly limit: number; readonly unit: "characters" | "items" }
  | { readonly rule: "pattern"; readonly pattern: string }
  | { readonly rule: "constant" | "one-of" | "any-of" }
);

/** What this walk reads of a schema; which fields are present follows from `type`. */
interface Rules {
  readonly type: string;
  readonly pipe?: readonly Rules[];
  readonly requirement?: unknown;
  readonly entries?: Readonly<Record<string, Rules>>;
  readonly wrapped?: Rules;
  readonly item?: Rules;
  readonly value?: Rules;
  /** Schemas of a union, plain values of a picklist. */
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
}

/**
 * Lists the rules of `schema` that `input` breaks, at most {@link LIMITS.maxViolations}; objects before their members:
 * missing keys, unknown keys, then the members in the schema's order. valibot itself stops at the first unknown key and
 * takes arrays for objects, so its issues cannot serve as the wire's error text.
 *
 * Knows the schema kinds this package uses; any other kind is accepted here and left to valibot.
 */
export function findViolations(schema: v.GenericSchema, input: unknown): Violation[] {
  const found: Violation[] = [];
  // Every valibot schema and action describes itself by these fields; the library's types hide them behind generics.
  walk(schema as unknown as Rules, { input, pointer: "" }, found);
  return found;
}

interface Place {
  readonly input: unknown;
  readonly pointer: string;
}

function walk(rules: Rules, place: Place, found: Violation[]): void {
  if (found.length >= LIMITS.maxViolations) return;
  const { input, pointer } = place;
  switch (rules.type) {
    case "optional":
      if (input !== undefined) walkInner(rules.wrapped, place, found);
      return;
    case "nullable":
      return walkUnion([rules.wrapped, NULL], place, found);
    case "null":
      if (input !== null) found.push({ pointer, rule: "type", expected: "null" });
      return;
    case "string":
      return walkString(rules, place, found);
    case "number":
      return walkNumber(rules, place, found);
    case "boolean":
      if (typeof input !== "boolean") found.push({ pointer, rule: "type", expected: "boolean" });
      return;
    case "literal":
      if (input !== rules.literal) found.push({ pointer, rule: "constant" });
      return;
    case "picklist":
      if (!rules.options?.includes(input)) found.push({ pointer, rule: "one-of" });
      return;
    case "array":
      return walkArray(rules, place, found);
    case "record":
      return walkRecord(rules, place, found);
    case "strict_object":
    case "loose_object":
      return walkObject(rules, place, found);
    case "union":
      // The options of a union are schemas.
      return walkUnion((rules.options ?? []) as readonly Rules[], place, found);
    default:
      return;
  }
}

function walkInner(rules: Rules | undefined, place: Place, found: Violation[]): void {
  if (rules) walk(rules, place, found);
}

function walkString(rules: Rules, { input, pointer }: Place, found: Violation[]): void {
  if (typeof input !== "string") {
    found.push({ pointer, rule: "type", expected: "string" });
    return;
  }
  checkLength(rules, { pointer, length: input.length, unit: "characters" }, found);
  for (const { type, requirement } of rules.pipe ?? []) {
    if (type === "regex" && requirement instanceof RegExp && !requirement.test(input)) {
      found.push({ pointer, rule: "pattern", pattern: requirement.source });
    }
  }
}

function walkNumber(rules: Rules, { input, pointer }: Place, found: Violation[]): void {
  const expected = rules.pipe?.some((step) => step.type === "integer") ? "integer" : "number";
  if (typeof input !== "number" || (expected === "integer" && !Number.isInteger(input))) {
    found.push({ pointer, rule: "type", expected });
    return;
  }
  for (const { type, requirement } of rules.pipe ?? []) {
    if (typeof requirement !== "number") continue;
    if (type === "min_value" && input < requirement) found.push({ pointer, rule: "min", limit: requirement });
    if (type === "max_value" && input > requirement) found.push({ pointer, rule: "max", limit: requirement });
  }
}

function walkArray(rules: Rules, { input, pointer }: Place, found: Violation[]): void {
  if (!Array.isArray(input)) {
    found.push({ pointer, rule: "type", expected: "array" });
    return;
  }
  checkLength(rules, { pointer, length: input.length, unit: "items" }, found);
  const members: readonly unknown[] = input;
  for (const [index, member] of members.entries()) {
    if (found.length >= LIMITS.maxViolations) return;
    walkInner(rules.item, { input: member, pointer: `${pointer}/${index}` }, found);
  }
}

function walkRecord(rules: Rules, { input, pointer }: Place, found: Violation[]): void {
  if (!isRecord(input)) {
    found.push({ pointer, rule: "type", expected: "object" });
    return;
  }
  for (const key of Object.keys(input)) {
    walkInner(rules.value, { input: input[key], pointer: member(pointer, key) }, found);
  }
}

function walkObject(rules: Rules, { input, pointer }: Place, found: Violation[]): void {
  if (!isRecord(input)) {
    found.push({ pointer, rule: "type", expected: "object" });
    return;
  }
  const entries = rules.entries ?? {};
  // Own keys only: `constructor` and `__proto__` are ordinary unknown keys here.
  const valueOf = (key: string) => (Object.hasOwn(input, key) ? input[key] : undefined);
  for (const [key, entry] of Object.entries(entries)) {
    if (valueOf(key) === undefined && entry.type !== "optional")
      found.push({ pointer, rule: "required", key });
  }
  if (rules.type === "strict_object") {
    for (const key of Object.keys(input)) {
      if (found.length >= LIMITS.maxViolations) return;
      if (!Object.hasOwn(entries, key))
        found.push({ pointer, rule: "unknown", key: key.slice(0, LIMITS.echoedKeyChars) });
    }
  }
  for (const [key, entry] of Object.entries(entries)) {
    const value = valueOf(key);
    if (value !== undefined) walk(entry, { input: value, pointer: member(pointer, key) }, found);
  }
}

const NULL: Rules = { type: "null" };

function walkUnion(options: readonly (Rules | undefined)[], place: Place, found: Violation[]): void {
  const all: Violation[] = [];
  for (const option of options) {
    const own: Violation[] = [];
    walkInner(option, place, own);
    if (own.length === 0) return;
    all.push(...own);
  }
  found.push(...all, { pointer: place.pointer, rule: "any-of" });
}

function checkLength(
  rules: Rules,
  at: { readonly pointer: string; readonly length: number; readonly unit: "characters" | "items" },
  found: Violation[],
): void {
  const { pointer, length, unit } = at;
  for (const { type, requirement } of rules.pipe ?? []) {
    if (typeof requirement !== "number") continue;
    if (type === "min_length" && length < requirement)
      found.push({ pointer, rule: "too-short", limit: requirement, unit });
    if (type === "max_length" && length > requirement)
      found.push({ pointer, rule: "too-long", limit: requirement, unit });
  }
}

function member(pointer: string, key: string): string {
  return `${pointer}/${key.slice(0, LIMITS.echoedKeyChars).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
