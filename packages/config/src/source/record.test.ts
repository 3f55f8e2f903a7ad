import { describe, expect, test } from "vitest";
import { mapParts } from "./record.ts";

describe("mapParts", () => {
  test("copies what changes and shares what does not", () => {
    const tree = { same: { a: 1 }, other: "x", list: ["x"] };
    const mapped = mapParts(tree, (part) => (part === "x" ? "y" : part));
    expect(mapped).toEqual({ same: { a: 1 }, other: "y", list: ["x"] });
    expect(Object.values(mapped as object)[0]).toBe(tree.same);
    expect(tree.other).toBe("x");
  });

  test.each([[{ a: 1, b: [2] }], [[1, { a: 2 }]], ["text"], [null]])(
    "gives %j itself when nothing changes",
    (tree) => {
      expect(mapParts(tree, (part) => part)).toBe(tree);
    },
  );

  test("T-CFG-01 keeps a key that reaches a prototype where it is", () => {
    const tree: unknown = JSON.parse('{"__proto__": 1}');
    const mapped = mapParts(tree, () => ({ polluted: true }));
    expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
    expect(Object.keys(mapped as object)).toEqual(["__proto__"]);
  });
});
