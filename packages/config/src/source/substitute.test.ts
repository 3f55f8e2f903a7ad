import { describe, expect, test } from "vitest";
import { isReference, substitute } from "./substitute.ts";

describe("substitute", () => {
  test.each([
    ["${A}", "1"],
    ["x${A}y${B}", "x1y2"],
    ["$${A}", "${A}"],
    ["${lower} $A $5 ${A", "${lower} $A $5 ${A"],
    ["${A_2}", "3"],
  ])("turns %s into %s", (text, expected) => {
    expect(substitute({ k: [text] }, { A: "1", B: "2", A_2: "3" })).toEqual({
      value: { k: [expected] },
      issues: [],
    });
  });

  test("leaves keys and other types alone", () => {
    expect(substitute({ "${A}": 1, b: null, c: true }, { A: "x" }).value).toEqual({
      "${A}": 1,
      b: null,
      c: true,
    });
  });

  test("does not expand what a variable contains", () => {
    expect(substitute("${A}", { A: "${B}", B: "2" }).value).toBe("${B}");
  });

  test("reports every variable that is unset or empty, with its place", () => {
    expect(substitute({ a: { list: ["x", "${NOPE}"] }, b: "${EMPTY}" }, { EMPTY: "" }).issues).toEqual([
      { path: "a.list.1", message: 'Missing env var "NOPE" referenced at config path: a.list[1]' },
      { path: "b", message: 'Missing env var "EMPTY" referenced at config path: b' },
    ]);
  });
});

describe("isReference", () => {
  test("accepts a lone variable only", () => {
    expect(["${A_1}", "x${A}", "$${A}", "${a}"].map(isReference)).toEqual([true, false, false, false]);
  });
});
