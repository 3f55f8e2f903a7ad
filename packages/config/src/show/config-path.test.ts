import { describe, expect, test } from "vitest";
import { getPath, parseConfigPath } from "./config-path.ts";

describe("parseConfigPath", () => {
  test.each<[string, readonly string[]]>([
    ["gateway.port", ["gateway", "port"]],
    ["agents.list[0].id", ["agents", "list", "0", "id"]],
    ["groups[-100]", ["groups", "-100"]],
    ['groups["-100"].x', ["groups", "-100", "x"]],
    ["groups['a.b']", ["groups", "a.b"]],
    ["a\\.b.c", ["a.b", "c"]],
    ["a..b.", ["a", "b"]],
    [" a . b ", ["a", "b"]],
    ["[a][1]", ["a", "1"]],
  ])("reads %s", (text, path) => {
    expect(parseConfigPath(text)).toEqual({ ok: true, path });
  });

  test.each([
    ["", "Path is empty."],
    ["..", "Path is empty."],
    ["a[0", 'Invalid path (missing "]"): a[0'],
    ["a[]", 'Invalid path (empty "[]"): a[]'],
    ["a[ ]", 'Invalid path (empty "[]"): a[ ]'],
    ["a.__proto__.b", "Invalid path segment: __proto__"],
    ["constructor", "Invalid path segment: constructor"],
    ['a["prototype"]', "Invalid path segment: prototype"],
  ])("refuses %j", (text, message) => {
    expect(parseConfigPath(text)).toEqual({ ok: false, message });
  });
});

describe("getPath", () => {
  const root = { a: [{ b: 0 }], c: { "d.e": null } };

  test("walks keys and indexes", () => {
    expect(getPath(root, ["a", "0", "b"])).toBe(0);
    expect(getPath(root, ["c", "d.e"])).toBeNull();
    expect(getPath(root, [])).toBe(root);
  });

  test.each([
    ["a", "1"],
    ["a", "length"],
    ["a", "0", "b", "x"],
    ["c", "toString"],
    ["__proto__"],
    ["constructor"],
  ])("T-CFG-01 sees own data only: %s %s", (...path) => {
    expect(getPath(root, path)).toBeUndefined();
  });
});
