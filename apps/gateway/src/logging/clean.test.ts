import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bounded, toLine, toLines } from "./clean.ts";

describe("toLine", () => {
  test.each([
    ["two\r\nlines\tand\u2028more", "two lines and more"],
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u001b]0;title\u0007text", "text"],
    ["\u009b31mred", "red"],
    ["a\u0000b\u0008c\u007fd\u0085e", "abcd e"],
    ["abc\u202egpj.exe\u202c", "abcgpj.exe"],
    ["\ufeffbom", "bom"],
  ])("T-LOG-01 makes %j readable", (text, line) => {
    expect(toLine(text)).toBe(line);
  });

  test("T-LOG-01 leaves no control or direction character and no line break, whatever comes in", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        "\u001b",
        "[",
        "]",
        "m",
        "\n",
        "\r",
        "\u0007",
        "\u202e",
        "\u0090",
        "a",
        "é",
        "😀",
      ),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        expect(toLine(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
      }),
      { seed: 20261122 },
    );
  });

  test("keeps the lines of a stack", () => {
    expect(toLines("Error: a\n    at b\u0007\n")).toBe("Error: a\n    at b\n");
  });
});

describe("bounded", () => {
  test("cuts long text and says so, never through a character", () => {
    expect(bounded("abcdef", 3)).toBe("abc…");
    expect(bounded("ab😀", 3)).toBe("ab…");
    expect(bounded("abc", 3)).toBe("abc");
  });
});
