import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedPaths, differences } from "./differences.ts";
import { takeOver } from "./take-over.ts";

const key = fc.constantFrom("a", "b", "c", "d");
const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom("x", null),
    fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 2 }),
    tie("tree"),
  ),
  tree: fc.dictionary(key, tie("value"), { noNullPrototype: true, maxKeys: 4 }),
}));
const leavesBetween = (before: unknown, after: unknown) =>
  differences(before, after).flatMap(({ leaves }) => leaves);

describe("differences", () => {
  test("name the outermost key of what only one side has, and every leaf of it", () => {
    expect(
      differences({ a: 1 }, { a: 1, cron: { enabled: true, store: { path: "x", options: {} } } }),
    ).toEqual([
      {
        path: ["cron"],
        leaves: [
          ["cron", "enabled"],
          ["cron", "store", "path"],
          ["cron", "store", "options"],
        ],
      },
    ]);
  });

  test("are none exactly between trees that say the same, whatever the order of keys", () => {
    fc.assert(
      fc.property(tree, (one) => {
        const turned = Object.fromEntries(Object.entries(one).reverse());
        expect(differences(one, structuredClone(turned))).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(differences(one, other).length === 0).toBe(isSame);
      }),
    );
  });

  test("name the same places in both directions", () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        expect([...changedPaths(one, other)].sort()).toEqual([...changedPaths(other, one)].sort());
      }),
    );
  });
});

describe("takeOver", () => {
  test("of every leaf gives what the new tree says", () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        expect(differences(takeOver(before, after, leavesBetween(before, after)), after)).toEqual([]);
      }),
    );
  });

  test("of some leaves leaves exactly the others to differ", () => {
    fc.assert(
      fc.property(tree, tree, fc.func(fc.boolean()), (before, after, chooses) => {
        const leaves = leavesBetween(before, after).map((path) => path.join("."));
        const taken = new Set(leaves.filter((path) => chooses(path)));
        const mixed = takeOver(
          before,
          after,
          [...taken].map((path) => path.split(".")),
        );
        const left = leavesBetween(mixed, after).map((path) => path.join("."));
        expect(left.some((path) => taken.has(path))).toBe(false);
        const named = new Set(left);
        // A leaf that waits is still a difference, by its own name or by that of what it stands in.
        for (const path of leaves.filter((leaf) => !taken.has(leaf)))
          expect(named.has(path) || left.some((other) => other.startsWith(`${path}.`))).toBe(true);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [name, sorted(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}
