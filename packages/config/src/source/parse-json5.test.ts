import { describe, expect, test } from "vitest";
import { parseJson5, SOURCE_LIMITS } from "./parse-json5.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("parseJson5", () => {
  test("reads comments, bare keys, single quotes, hex and trailing commas", () => {
    const text = "\uFEFF// note\n{ a: 'x', \"b\": [1, 0x10, .5,], /* c */ c: { d: null, }, }\n";
    expect(parseJson5(text)).toEqual({ ok: true, value: { a: "x", b: [1, 16, 0.5], c: { d: null } } });
  });

  test("reports the parser's words and the line of a syntax error", () => {
    expect(parseJson5("{\n  a: 1\n  b: 2 }")).toEqual({
      ok: false,
      message: "SyntaxError: JSON5: invalid character 'b' at 3:3",
      line: 3,
    });
    expect(parseJson5("{ gateway: {")).toMatchObject({
      message: "SyntaxError: JSON5: invalid end of input at 1:13",
    });
  });

  test.each([
    ["{ a: 1,\n a: 2 }", 'duplicate key "a" at 2:2', 2],
    ["{ a: { b: 1, 'b': 2 } }", 'duplicate key "b" at 1:14', 1],
    ['{ a: 1, "\\u0061": 2 }', 'duplicate key "a" at 1:9', 1],
  ])("T-CFG-12 refuses a key that stands twice: %s", (text, problem, line) => {
    expect(parseJson5(text)).toEqual({ ok: false, message: `SyntaxError: JSON5: ${problem}`, line });
  });

  test("accepts one key in several objects and equal elements of a list", () => {
    expect(parseJson5("{ a: { k: 1 }, b: { k: 1 }, c: [1, 1, { k: 1 }, { k: 1 }] }")).toMatchObject({
      ok: true,
    });
  });

  test.each(["{ __proto__: { x: 1 } }", '{ a: [{ "constructor": 1 }] }', '{ a: { "\\u0070rototype": 1 } }'])(
    "T-CFG-01 refuses keys that reach a prototype: %s",
    (text) => {
      expect(parseJson5(text)).toMatchObject({
        ok: false,
        message: expect.stringContaining("forbidden key"),
      });
      expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
    },
  );

  test("T-CFG-12 accepts a depth of 64 and refuses one more", () => {
    expect(parseJson5(nested(SOURCE_LIMITS.maxDepth))).toMatchObject({ ok: true });
    expect(parseJson5(nested(SOURCE_LIMITS.maxDepth + 2))).toMatchObject({
      message: "SyntaxError: JSON5: nesting deeper than 64 at 1:66",
    });
  });

  test("T-CFG-12 survives nesting that would exhaust a recursive reader", () => {
    expect(parseJson5(nested(200_000))).toMatchObject({ ok: false });
  });

  test("T-CFG-12 refuses a text beyond the size limit without parsing it", () => {
    const text = `"${"x".repeat(SOURCE_LIMITS.maxBytes)}"`;
    expect(parseJson5(text)).toEqual({ ok: false, message: "file too large (5242882 bytes, limit 5242880)" });
  });
});
