import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { DEVIATIONS } from "./deviations.ts";
import { fits } from "./deviations/deviation.ts";
import { LATER } from "./later.ts";
import type { Difference } from "./matching/difference.ts";
import { perform } from "./perform.ts";
import { listRecordings, parseRecording, readRecording } from "./recording/load-recording.ts";
import { checkVectors } from "./recording/vectors.ts";
import { scenarioOf } from "./scenarios.ts";

const FOLDER =
  process.env["CONFORMANCE_TRACES"] ?? fileURLToPath(new URL("../../../shared/traces", import.meta.url));
const LINES = ["v3", "v4", "cli-v3"];
const names = existsSync(FOLDER) ? await listRecordings(FOLDER, LINES) : [];
const capabilityOf = (name: string): string | undefined =>
  Object.entries(LATER).find(([pattern]) => fits(pattern, name))?.[1];
const played = names.filter((name) => capabilityOf(name) === undefined);

type Outcome = "as recorded" | "with listed deviations";
const outcomes = new Map<string, Outcome>();
const met = new Set<Difference>();

async function play(name: string): Promise<{ problems: readonly string[]; outcome: Outcome }> {
  const json = await readRecording(FOLDER, name);
  if (json["frames"] === undefined) return { problems: checkVectors(json), outcome: "as recorded" };
  const recording = parseRecording(name, json);
  const deviations = DEVIATIONS.filter(({ files }) => files.some((pattern) => fits(pattern, name)));
  const ours = deviations.reduce((edited, { instead }) => instead?.(edited) ?? edited, recording);
  const differences = deviations.flatMap((deviation) => deviation.differences ?? []);
  const result = await perform(ours, scenarioOf(name), differences);
  for (const difference of result.met) met.add(difference);
  const isAsRecorded = ours === recording && result.met.size === 0;
  return { problems: result.problems, outcome: isAsRecorded ? "as recorded" : "with listed deviations" };
}

// Each has a gateway of its own and mostly waits: several at a time cost nothing.
describe.concurrent("recorded conversations", () => {
  if (names.length === 0) {
    const reason = `there are none in ${FOLDER}; CONFORMANCE_TRACES names another folder`;
    console.log(`recorded conversations are not played: ${reason}`);
    test.skip(reason, () => {});
  }

  test.for(played)("%s", async (name, { expect }) => {
    const { problems, outcome } = await play(name);
    expect(problems).toEqual([]);
    outcomes.set(name, outcome);
  });

  for (const name of names) {
    const capability = capabilityOf(name);
    if (capability !== undefined) test.skip(`${name} waits for: ${capability}`, () => {});
  }
});

describe.skipIf(names.length === 0)("tables", () => {
  test("list only differences that some recording meets", () => {
    const stale = DEVIATIONS.flatMap(({ because, differences = [] }) =>
      differences.filter((difference) => !met.has(difference)).map(({ at }) => `${at} (${because})`),
    );
    expect(stale).toEqual([]);
  });

  test("name only recordings that exist", () => {
    const patterns = [...Object.keys(LATER), ...DEVIATIONS.flatMap(({ files }) => files)];
    expect(patterns.filter((pattern) => !names.some((name) => fits(pattern, name)))).toEqual([]);
  });

  test("account for every recording", () => {
    const count = (outcome: Outcome) => [...outcomes.values()].filter((known) => known === outcome).length;
    console.log(
      `replayed ${outcomes.size} of ${names.length}: ${count("as recorded")} as recorded, ` +
        `${count("with listed deviations")} with listed deviations; ` +
        `${names.length - played.length} wait for later parts`,
    );
    expect([...outcomes.keys()].toSorted()).toEqual(played.toSorted());
  });
});
