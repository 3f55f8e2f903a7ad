import fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, test } from "vitest";
import { json5Text } from "../testing/json5-text.ts";
import { getPath } from "../show/config-path.ts";
import { linesOf } from "./lines-of.ts";
import { sourceValues } from "./source-values.ts";

const found = (text: string) =>
  [...sourceValues(text)].map(({ path, start, end }) => [path.join("."), text.slice(start, end)]);

describe("sourceValues", () => {
  test("finds every value with its path and text", () => {
    expect(found("{ a: 'x', /* b: 1 */ 'b.c': [1, [true,],], // z\n d: {} }")).toEqual([
      ["", "{"],
      ["a", "'x'"],
      ["b.c", "["],
      ["b.c.0", "1"],
      ["b.c.1", "["],
      ["b.c.1.0", "true"],
      ["d", "{"],
    ]);
  });

  test("is not misled by quotes, brackets and slashes inside strings", () => {
    expect(found(String.raw`{ "a": "\"{[,//:", 'b': '\'/*', c: "\\" }`).map(([path]) => path)).toEqual([
      "",
      "a",
      "b",
      "c",
    ]);
  });

  test("reads comments that only look closed", () => {
    expect(found("{ a: 1, /*/ b: 2, */ c: 3 /**/ }").map(([path]) => path)).toEqual(["", "a", "c"]);
  });

  test("tells two objects at one path apart", () => {
    const containers = [...sourceValues("[{ a: 1 }, { a: 2 }]")].filter(({ path }) => path.length === 2);
    expect(new Set(containers.map(({ container }) => container)).size).toBe(2);
  });

  test("finds all values of a random text, and every scalar at its own characters", () => {
    fc.assert(
      fc.property(json5Text(), ({ text, value }) => {
        expect([...sourceValues(text)]).toHaveLength(countValues(value));
        for (const { path, start, end } of sourceValues(text)) {
          const token = text.slice(start, end);
          if (token === "{" || token === "[") continue;
          expect(JSON5.parse(token)).toEqual(getPath(value, path));
        }
      }),
      { seed: 71, numRuns: 300 },
    );
  });
});

function countValues(tree: unknown): number {
  const items: readonly unknown[] = typeof tree === "object" && tree !== null ? Object.values(tree) : [];
  return items.reduce<number>((count, item) => count + countValues(item), 1);
}

describe("linesOf", () => {
  const text = "{\n  a: {\n    b: [1,\n      2],\n  },\n}\n";

  test.each([
    ["a", 2],
    ["a.b", 3],
    ["a.b.1", 4],
    ["a.b.7", 3],
    ["a.missing.deeper", 2],
  ])("finds %s on line %i, or its nearest parent", (path, line) => {
    expect(linesOf(text, [path.split(".")])).toEqual([line]);
  });

  test("has no line for what is not in the text at all", () => {
    expect(linesOf(text, [["z"], ["a"], []])).toEqual([undefined, 2, undefined]);
  });
});
