import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Output } from "../io.ts";
import { prose } from "./prose.ts";

const io = { homeDir: "/folk/me" };
const output = (columns?: number): Output => ({
  write: () => undefined,
  isTerminal: columns !== undefined,
  columns,
  isClosed: () => false,
});

describe("prose", () => {
  test.each([
    ["Config: /folk/me/.openclaw/openclaw.json", "Config: ~/.openclaw/openclaw.json"],
    ["(/folk/me) and '/folk/me/a'", "(~) and '~/a'"],
    ["/folk/meadow/x", "/folk/meadow/x"],
    ["/other/folk/me/x", "/other/folk/me/x"],
    ["/folk/me.old/x", "/folk/me.old/x"],
  ])("shows the home folder in %j as %j", (line, shown) => {
    expect(prose(io, output(), [line])).toEqual([shown]);
  });

  test("breaks a line between words where the terminal ends, and indents what follows", () => {
    expect(prose(io, output(20), ["- one two three four five six"])).toEqual([
      "- one two three four",
      "  five six",
    ]);
  });

  test.each([
    ["Next: openclaw config get a.b", ["Next:", "  openclaw config get a.b"]],
    ["  Next: start it with: openclaw gateway", ["  Next: start it", "  with:", "    openclaw gateway"]],
    [
      "Fix: A=/b c: OPENCLAW_STATE_DIR=/x openclaw --dev setup",
      ["Fix: A=/b c:", "  OPENCLAW_STATE_DIR=/x openclaw --dev setup"],
    ],
    ["Next: look at the address first", ["Next: look at the", "address first"]],
  ])("keeps what is to be typed in one line: %j", (line, shown) => {
    expect(prose(io, output(20), [line])).toEqual(shown);
  });

  test("leaves a line as it is where there is no terminal", () => {
    const line = "word ".repeat(100).trim();
    expect(prose(io, output(), [line])).toEqual([line]);
  });

  test("keeps every word whole, and no line of several words is wider than the terminal", () => {
    const word = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replace(/\s/g, "_"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 10, max: 60 }), (words, columns) => {
        const lines = prose(io, output(columns), [`x${words.join(" ")}`]);
        expect(lines.join(" ").split(" ").filter(Boolean)).toEqual(`x${words.join(" ")}`.split(" "));
        for (const line of lines) if (line.includes(" ")) expect(line.length).toBeLessThanOrEqual(columns);
      }),
      { seed: 5 },
    );
  });
});
