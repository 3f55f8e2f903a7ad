import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ANSWER_ROWS } from "./commands/answers.ts";
import { ELSEWHERE } from "./commands/elsewhere.ts";
import { FAILURE_ROWS } from "./commands/failures.ts";
import { openPlaces, type Places } from "./commands/places.ts";
import type { CommandRow } from "./commands/row.ts";
import { fits } from "./deviations/deviation.ts";

const FOLDER = join(
  process.env["CONFORMANCE_TRACES"] ?? fileURLToPath(new URL("../../../shared/traces", import.meta.url)),
  "cli",
);
const ROWS = [...ANSWER_ROWS, ...FAILURE_ROWS];

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Asserts that texts stand in a stream, in this order. */
function expectTexts(stream: string, texts: readonly string[]): void {
  let from = 0;
  for (const text of texts) {
    const at = stream.indexOf(text, from);
    expect(at, `${JSON.stringify(text)} in ${JSON.stringify(stream.slice(from))}`).toBeGreaterThanOrEqual(0);
    from = at + text.length;
  }
}

function expectOutcome(
  { exitCode, stdout, stderr }: Outcome,
  row: Pick<CommandRow, "exitCode" | "out" | "err">,
): void {
  expect(exitCode, stdout + stderr).toBe(row.exitCode);
  expectTexts(stdout, row.out ?? []);
  expectTexts(stderr, row.err ?? []);
}

const split = (keys: string | undefined) => (keys === undefined ? [] : keys.split(" "));

// What these hold depends on what is installed.
const OPEN =
  /^(channels|channelLabels|channelDetailLabels|channelSystemImages|channelAccounts|channelDefaultAccountId|chat)$/;

/** Keys two levels deep; those of every entry of a list, as `name[].key`. */
function keysOf(value: unknown, depth = 2, prefix = ""): string[] {
  if (depth === 0 || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => keysOf(entry, depth, `${prefix}[]`));
  return Object.entries(value).flatMap(([key, below]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    return [path, ...(OPEN.test(key) ? [] : keysOf(below, depth - 1, path))];
  });
}

let places: Places;
beforeAll(async () => {
  places = await openPlaces();
});
afterAll(() => places[Symbol.asyncDispose]());

describe("a command line that was recorded has the same exit code, texts and keys, or its row says why not", () => {
  test.for(ROWS)("$name: openclaw $words", async (row) => {
    const { ours, at } = row;
    const wanted = { ...row, ...ours };
    const words = wanted.words
      .split(" ")
      .map((word) => word.replace("{url}", places.url).replace("{token}", places.token));
    const { code, stdout, stderr } = await places.run(at, words);
    expectOutcome({ exitCode: code, stdout, stderr }, wanted);
    if (wanted.keys === undefined) return;
    const keys = new Set(keysOf(JSON.parse(stdout)));
    const lacking = split(wanted.keys).filter((key) => !keys.has(key));
    expect(lacking.sort()).toEqual(split(ours?.lacks).sort());
  });
});

describe.runIf(existsSync(FOLDER))("the rows tell what was recorded", () => {
  test.for(ROWS)("$name", async (row) => {
    const recorded = JSON.parse(await readFile(join(FOLDER, `${row.name}.json`), "utf8")) as Outcome;
    expectOutcome(recorded, row);
    if (row.keys !== undefined)
      expect([...new Set(keysOf(JSON.parse(recorded.stdout)))].sort()).toEqual(split(row.keys).sort());
  });

  test("no recording is left out", async () => {
    const names = (await readdir(FOLDER)).map((file) => file.replace(/\.json$/, ""));
    const isKnown = (name: string) =>
      ROWS.some((row) => row.name === name) || Object.keys(ELSEWHERE).some((pattern) => fits(pattern, name));
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((pattern) => !names.some((name) => fits(pattern, name)))).toEqual(
      [],
    );
  });
});
