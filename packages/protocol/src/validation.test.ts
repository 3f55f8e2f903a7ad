import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";

import { CONNECT_PARAMS } from "./connect.ts";
import { LIMITS } from "./limits.ts";
import { METHODS } from "./methods/index.ts";
import { intBetween, nonEmpty, shortText } from "./schemas.ts";
import { parseParams } from "./validation.ts";
import { findViolations } from "./violations.ts";

const textOf = (schema: v.GenericSchema, input: unknown, dialect?: 3 | 4) => {
  const parsed = parseParams(schema, input, dialect);
  return parsed.ok ? undefined : parsed.text;
};

const sample = v.strictObject({
  name: nonEmpty,
  count: v.optional(intBetween(1, 10)),
  ratio: v.optional(v.number()),
  flag: v.optional(v.boolean()),
  list: v.optional(v.pipe(v.array(shortText(3)), v.minLength(1), v.maxLength(2))),
  map: v.optional(v.record(v.string(), v.boolean())),
  mode: v.optional(v.picklist(["now", "later"])),
  kind: v.optional(v.literal("only")),
  word: v.optional(v.pipe(v.string(), v.regex(/^[a-z]+$/))),
  maybe: v.optional(v.nullable(v.string())),
  either: v.optional(v.union([v.boolean(), v.literal("auto")])),
  child: v.optional(v.strictObject({ id: nonEmpty })),
  extra: v.optional(v.unknown()),
});

describe("parseParams", () => {
  test.each<[string, unknown, string]>([
    ["a missing key", {}, "must have required property 'name'"],
    ["an unknown key", { name: "x", nope: 1 }, "at root: unexpected property 'nope'"],
    ["an array for the params", [], "must be object"],
    ["a string for the params", "x", "must be object"],
    ["an empty string", { name: "" }, "at /name: must NOT have fewer than 1 characters"],
    ["a wrong type", { name: 7 }, "at /name: must be string"],
    ["a null member", { name: null }, "at /name: must be string"],
    ["a number below its minimum", { name: "x", count: 0 }, "at /count: must be >= 1"],
    ["a number above its maximum", { name: "x", count: 11 }, "at /count: must be <= 10"],
    ["a fraction for an integer", { name: "x", count: 1.5 }, "at /count: must be integer"],
    ["a string for an integer", { name: "x", count: "1" }, "at /count: must be integer"],
    ["a string for a number", { name: "x", ratio: "1" }, "at /ratio: must be number"],
    ["a string for a boolean", { name: "x", flag: "true" }, "at /flag: must be boolean"],
    ["an object for an array", { name: "x", list: {} }, "at /list: must be array"],
    ["a long item", { name: "x", list: ["long"] }, "at /list/0: must NOT have more than 3 characters"],
    ["too few items", { name: "x", list: [] }, "at /list: must NOT have fewer than 1 items"],
    ["too many items", { name: "x", list: ["a", "b", "c"] }, "at /list: must NOT have more than 2 items"],
    ["a wrong map value", { name: "x", map: { "a/b~c": 1 } }, "at /map/a~1b~0c: must be boolean"],
    ["an array for a map", { name: "x", map: [] }, "at /map: must be object"],
    ["an array for an object", { name: "x", child: [] }, "at /child: must be object"],
    [
      "a literal outside its union",
      { name: "x", mode: "soon" },
      "at /mode: must be equal to constant; at /mode: must match a schema in anyOf",
    ],
    ["another constant", { name: "x", kind: "other" }, "at /kind: must be equal to constant"],
    ["a pattern mismatch", { name: "x", word: "A1" }, 'at /word: must match pattern "^[a-z]+$"'],
    [
      "a number for string or null",
      { name: "x", maybe: 1 },
      "at /maybe: must be string; at /maybe: must be null; at /maybe: must match a schema in anyOf",
    ],
    [
      "a value no schema of a union takes",
      { name: "x", either: "off" },
      "at /either: must be boolean; at /either: must be equal to constant; at /either: must match a schema in anyOf",
    ],
  ])("says what is wrong with %s", (_, input, text) => {
    expect(textOf(sample, input)).toBe(text);
  });

  test("lists every problem: missing keys, then unknown keys, then members in the schema's order", () => {
    expect(textOf(sample, { zzz: 1, aaa: 2, child: { bad: 1 }, flag: 0, count: -1 })).toBe(
      "must have required property 'name'; at root: unexpected property 'zzz'; at root: unexpected property 'aaa'; " +
        "at /count: must be >= 1; at /flag: must be boolean; " +
        "at /child: must have required property 'id'; at /child: unexpected property 'bad'",
    );
  });

  test("speaks the words of dialect 4 where they differ", () => {
    expect(textOf(sample, { name: "", mode: "soon", list: ["a", "b", "c"] }, 4)).toBe(
      "at /name: must not have fewer than 1 characters; at /list: must not have more than 2 items; " +
        "at /mode: must be equal to one of the allowed values",
    );
  });

  test.each([undefined, null])("takes %s for no params at all", (input) => {
    expect(parseParams(v.strictObject({}), input)).toEqual({ ok: true, value: {} });
    expect(textOf(sample, input)).toBe("must have required property 'name'");
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "T-CFG-01 takes %s for an ordinary unknown key",
    (key) => {
      expect(textOf(sample, JSON.parse(`{"name":"x","${key}":1}`))).toBe(
        `at root: unexpected property '${key}'`,
      );
      expect(textOf(v.strictObject({ [key]: v.string() }), {})).toBe(`must have required property '${key}'`);
    },
  );

  test("T-DOS-10 lists a bounded number of problems and repeats a bounded part of a key", () => {
    const many = parseParams(sample, { name: "x", list: Array.from({ length: 100_000 }, () => 1) });
    expect(many.ok ? 0 : many.text.split("; ").length).toBeLessThanOrEqual(LIMITS.maxViolations);
    expect(textOf(sample, { name: "x", ["k".repeat(5_000)]: 1 })).toHaveLength(
      "at root: unexpected property ''".length + 100,
    );
  });

  test("leaves rules of foreign schemas to valibot", () => {
    const even = v.strictObject({
      n: v.pipe(
        v.number(),
        v.check((n) => n % 2 === 0, "must be even"),
      ),
    });
    expect(textOf(even, { n: 3 })).toBe("must be even");
    expect(parseParams(even, { n: 4 })).toEqual({ ok: true, value: { n: 4 } });
  });

  test("returns what the schema makes of the input", () => {
    expect(parseParams(v.looseObject({ a: v.string() }), { a: "x", b: 1 })).toEqual({
      ok: true,
      value: { a: "x", b: 1 },
    });
  });
});

describe("findViolations", () => {
  // Inputs that are often nearly right: known keys with any JSON, and a stray key now and then.
  const nearly = (schema: v.GenericSchema) => {
    const entries = "entries" in schema ? Object.keys(schema.entries as object) : [];
    return fc.dictionary(
      fc.constantFrom("stray", ...entries),
      fc.oneof(fc.jsonValue(), fc.string(), fc.nat(20)),
    );
  };

  const schemas: readonly [string, v.GenericSchema][] = [
    ["sample", sample],
    ["connect", CONNECT_PARAMS],
    ...Object.entries(METHODS).map(([name, { params }]): [string, v.GenericSchema] => [name, params]),
  ];

  test.each(schemas)("finds something exactly when valibot refuses (%s)", (_, schema) => {
    fc.assert(
      fc.property(nearly(schema), (input) => {
        const found = findViolations(schema, input).length > 0;
        // valibot takes an array where an object with only optional keys is asked for; the walk does not.
        if (found !== !v.is(schema, input)) expect(hasArray(input)).toBe(true);
        if (!found) expect(v.is(schema, input)).toBe(true);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  const hasArray = (input: object) => Object.values(input).some(Array.isArray);
});
