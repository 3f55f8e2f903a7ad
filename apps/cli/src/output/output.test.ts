import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatAge, parseDuration } from "./duration.ts";
import { tableLines } from "./table.ts";
import { localIso } from "./time.ts";

describe("parseDuration", () => {
  test.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["500ms", 500],
    ["0m", 0],
  ])("reads %s as %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", "10", "m", "10 minutes", "2026-11-22T11:50:00Z", "-5m"])(
    "does not take %j for a duration",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe("formatAge", () => {
  test.each([
    [59_999, "just now"],
    [60_000, "1m ago"],
    [7_199_999, "1h ago"],
    [172_800_000, "2d ago"],
  ])("says %i ms as %s", (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});

describe("localIso", () => {
  test("adds the offset and leaves text that is no time alone", () => {
    expect(localIso("2026-11-22T11:50:44.980Z")).toBe("2026-11-22T11:50:44.980+00:00");
    expect(localIso("soon")).toBe("soon");
  });
});

describe("tableLines", () => {
  test("wraps the widest column so that every line has the same width", () => {
    const lines = tableLines({
      header: ["Item", "Value"],
      rows: [["Gateway", "word ".repeat(30).trim()]],
      columns: 60,
    });
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([60]));
    expect(lines.length).toBeGreaterThan(5);
  });

  test("loses no text, however long its words are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 150 }), { minLength: 1, maxLength: 5 }),
        (cells) => {
          const lines = tableLines({
            header: ["A", "B"],
            rows: cells.map((cell) => [cell, "x"]),
            columns: 40,
          });
          const text = lines.slice(3, -1).map((line) => line.split("│").slice(1, -2).join("│"));
          const squeeze = (parts: readonly string[]) => parts.join("").replaceAll(" ", "");
          expect(squeeze(text)).toBe(squeeze(cells));
        },
      ),
      { seed: 20261122 },
    );
  });
});
