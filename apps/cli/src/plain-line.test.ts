import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FREQUENT_SPECS } from "./commands/frequent-specs.ts";
import { readPlainLine, seemsFrequent } from "./plain-line.ts";
import { parseCommandLine } from "./program.ts";

const SPECS = Object.values(FREQUENT_SPECS);
const silent = { write: () => undefined, isTerminal: false, columns: undefined, isClosed: () => false };
const io = { stdout: silent, stderr: silent };

/** Words of command lines: names, options of all frequent commands, and what people mistype. */
const WORDS = [
  ...new Set(
    SPECS.flatMap(({ name, options }) => [
      ...name.split(" "),
      ...options.flatMap(({ flags }) => flags.split(" ")),
    ]),
  ),
  ...["--", "-", "--jso", "--json=1", "--no-json", "--help", "-h", "help", "10", "gateway status", ""],
];

describe("a line that takes no parser", () => {
  test("means what the parser says, whatever the line", () => {
    const line = fc.oneof(
      fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }),
      fc
        .tuple(fc.constantFrom(...SPECS), fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }))
        .map(([{ name }, words]) => [...name.split(" "), ...words]),
    );
    let plain = 0;
    fc.assert(
      fc.property(line, (argv) => {
        const call = readPlainLine(argv);
        if (call === undefined) return;
        plain += 1;
        expect(call).toEqual(parseCommandLine(argv, io));
      }),
      { numRuns: 2_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  test.each(SPECS)("$name --json is one", ({ name }) => {
    const argv = [...name.split(" "), "--json"];
    expect(readPlainLine(argv)).toMatchObject({ spec: { name }, options: { json: true }, words: [] });
    expect(seemsFrequent(["--dev", ...argv])).toBe(true);
  });

  test.each([
    ["a value", ["health", "--timeout", "5"]],
    ["a word too many", ["health", "now"]],
    ["a mistyped switch", ["health", "--jsno"]],
    ["a switch that another one excludes", ["gateway", "status", "--require-rpc"]],
    ["a switch that takes something away", ["gateway", "status", "--no-probe"]],
    ["help", ["status", "--help"]],
    ["a command that is asked for now and then", ["doctor", "--json"]],
    ["nothing", []],
  ])("is none: %s", (_, argv) => {
    expect(readPlainLine(argv)).toBeUndefined();
  });
});
