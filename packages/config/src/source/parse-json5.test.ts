import fc from "fast-check";
import JSON5 from "json5";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { anyText, json5Text } from "../testing/json5-text.ts";
import { type Json5Parse, parseJson5, parseJson5InTurns, SOURCE_LIMITS } from "./parse-json5.ts";
import { Turn } from "./turn.ts";

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

  test("T-CFG-12 tells the first thing that is wrong, also when more is", () => {
    expect(parseJson5("{ a: 1,\n a: 2,\n b: }")).toMatchObject({
      message: expect.stringContaining("at 2:2"),
    });
    expect(parseJson5("{ a: ,\n b: 1, b: 2 }")).toMatchObject({ message: expect.stringContaining("at 1:6") });
  });

  test("names where a forbidden key stands, through lists", () => {
    expect(parseJson5("{ a: [0, { b: { 'prototype': 1 } }] }")).toMatchObject({
      message: 'SyntaxError: JSON5: forbidden key "a.1.b.prototype" at 1:17',
    });
  });

  describe("and json5", () => {
    // It warns of characters in strings that only old engines do not know.
    beforeAll(() => void vi.spyOn(console, "warn").mockReturnValue());
    afterAll(() => void vi.restoreAllMocks());

    const FORMAT = /duplicate key|forbidden key|nesting deeper/;

    function language(text: string): Json5Parse {
      try {
        return { ok: true, value: JSON5.parse(text) };
      } catch (error) {
        return { ok: false, message: String(error), line: (error as { lineNumber: number }).lineNumber };
      }
    }

    test("read the same value from any text, or tell the same mistake in the same words", () => {
      fc.assert(
        fc.property(anyText(), (text) => {
          const parsed = parseJson5(text);
          if (parsed.ok || !FORMAT.test(parsed.message)) expect(parsed).toStrictEqual(language(text));
        }),
        { seed: 17, numRuns: 4_000 },
      );
    });

    test("read the same value from every random file", () => {
      fc.assert(
        fc.property(json5Text(), ({ text }) => {
          expect(parseJson5(text)).toStrictEqual(language(text));
        }),
        { seed: 18, numRuns: 500 },
      );
    });

    test("T-CFG-01 T-CFG-12 differ where, and only where, a key stands twice or is forbidden", () => {
      const key = fc.constantFrom("a", "b", "'c'", '"d"', "\\u0061", "__proto__", '"constructor"');
      const object = fc.array(key, { maxLength: 4 });
      fc.assert(
        fc.property(object, object, (outer, inner) => {
          const text = `{ ${[...outer.map((name) => `${name}: 1`), `list: [0, {${inner.map((name) => `${name}: 2`).join()}}]`].join()} }`;
          const names = [outer, inner].map((keys) =>
            keys.map((name) => (name === "\\u0061" ? "a" : name.replaceAll(/["']/g, ""))),
          );
          const isTwice = names.some((keys) => new Set(keys).size < keys.length);
          const isForbidden = names.flat().some((name) => name === "__proto__" || name === "constructor");
          const parsed = parseJson5(text);
          expect(parsed.ok).toBe(!isTwice && !isForbidden);
          if (!parsed.ok) expect(parsed.message).toMatch(FORMAT);
        }),
        { seed: 19, numRuns: 1_000 },
      );
    });
  });
});

describe("parseJson5InTurns", () => {
  test("gives what parseJson5 gives, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(anyText(), async (text) => {
        expect(await parseJson5InTurns(text, new Turn())).toStrictEqual(parseJson5(text));
      }),
      { seed: 20, numRuns: 500 },
    );
  });

  test("T-CFG-12 lets others run while it reads a text as long as a file may be", async () => {
    const item = "[1,\n/* c */ 'x'],";
    const text = `[${item.repeat(SOURCE_LIMITS.maxBytes / item.length - 1)}]`;
    let turns = 0;
    let isReading = true;
    const other = () => {
      turns += 1;
      if (isReading) setImmediate(other);
    };
    setImmediate(other);
    const parsed = await parseJson5InTurns(text, new Turn());
    isReading = false;
    expect(parsed.ok).toBe(true);
    expect(turns).toBeGreaterThan(2);
  });
});
