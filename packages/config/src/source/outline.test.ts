import fc from "fast-check";
import JSON5 from "json5";
import { describe, expect, test } from "vitest";
import { getPath } from "../show/config-path.ts";
import { json5Text } from "../testing/json5-text.ts";
import { outline } from "./outline.ts";

const blanked = (text: string, ...paths: readonly string[]) =>
  outline(
    text,
    paths.map((path) => path.split(".")),
  );

describe("outline", () => {
  test.each([
    ["a.x", "{ a: { x: 1, y: { z: 1 } }, b: [1] }", "{ a: { x: 1, y: {      } }, b: [ ] }"],
    ["a", "{ a: { x: 1 } /* {[ */, 'b': { c: '}' } }", "{ a: {      } /* {[ */, 'b': {        } }"],
    ["l.1.x", "{ l: [{ x: 1 }, { x: '[' }] }", "{ l: [{      }, { x: '[' }] }"],
    ["", "// {\n[1, [2, /* ] */ 3], {}]", "// {\n[1, [            ], {}]"],
    ["c", '{ "\\u0063": { a: 1 }, c2: {\n}, }', '{ "\\u0063": {      }, c2: { }, }'],
  ])("keeps what leads to %j", (path, text, expected) => {
    expect(blanked(text, path)).toBe(expected);
  });

  test("keeps what leads to any of several places", () => {
    const text = "{ a: { b: { c: 1 }, d: [1] }, e: { f: 1 } }";
    expect(blanked(text, "a.b.c", "e.f")).toBe("{ a: { b: { c: 1 }, d: [ ] }, e: { f: 1 } }");
  });

  test("leaves the neighbours of a place as they were, and empties what lies beside the way", () => {
    fc.assert(
      fc.property(json5Text(), fc.nat(), ({ text, value }, pick) => {
        const places = [...placesOf(value)];
        const path = places[pick % places.length] ?? [];
        const outlined = outline(text, [path]);
        expect(outlined).toHaveLength(text.length);
        const tree: unknown = JSON5.parse(outlined);
        path.forEach((_, depth) => {
          const way = path.slice(0, depth);
          const [before, after] = [value, tree].map((root) => getPath(root, way) as object);
          expect(Object.keys(after ?? {})).toEqual(Object.keys(before ?? {}));
          for (const [key, part] of Object.entries(after ?? {})) {
            const whole = getPath(before, [key]);
            if (typeof whole !== "object" || whole === null) expect(part).toEqual(whole);
            else if (key !== path[depth] || depth === path.length - 1)
              expect(part).toEqual(Array.isArray(whole) ? [] : {});
          }
        });
      }),
      { seed: 23, numRuns: 500 },
    );
  });
});

/** Every place of a tree. */
function* placesOf(tree: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof tree !== "object" || tree === null) return;
  for (const [key, part] of Object.entries(tree)) {
    yield [...path, key];
    yield* placesOf(part, [...path, key]);
  }
}
