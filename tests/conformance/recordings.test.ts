import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { DEVIATIONS } from "./deviations.ts";
import { type Deviation, fits } from "./deviations/deviation.ts";
import { LATER } from "./later.ts";
import type { Difference } from "./matching/difference.ts";
import { perform } from "./perform.ts";
import { listRecordings, parseRecording, readRecording } from "./recording/load-recording.ts";
import { checkVectors } from "./recording/vectors.ts";
import { report } from "./report.ts";
import { scenarioOf } from "./scenarios.ts";

const FOLDER =
  process.env["CONFORMANCE_TRACES"] ?? fileURLToPath(new URL("../../../shared/traces", import.meta.url));
const LINES = ["v3", "v4", "cli-v3"];
const names = existsSync(FOLDER) ? await listRecordings(FOLDER, LINES) : [];
const capabilityOf = (name: string): string | undefined =>
  Object.entries(LATER).find(([pattern]) => fits(pattern, name))?.[1];
const played = names.filter((name) => capabilityOf(name) === undefined);

/** What a played recording came to: the deviations it met. */
const outcomes = new Map<string, readonly Deviation[]>();
const met = new Set<Difference>();

async function play(
  name: string,
): Promise<{ problems: readonly string[]; deviations: readonly Deviation[] }> {
  const json = await readRecording(FOLDER, name);
  if (json["frames"] === undefined) return { problems: checkVectors(json), deviations: [] };
  const recording = parseRecording(name, json);
  const edits = new Set<Deviation>();
  const listed = DEVIATIONS.filter(({ files }) => files.some((pattern) => fits(pattern, name)));
  const ours = listed.reduce((before, deviation) => {
    const after = deviation.instead?.(before) ?? before;
    if (after !== before) edits.add(deviation);
    return after;
  }, recording);
  const differences = listed.flatMap((deviation) => deviation.differences ?? []);
  const result = await perform(ours, scenarioOf(name), differences);
  for (const difference of result.met) met.add(difference);
  const isMet = (deviation: Deviation) =>
    edits.has(deviation) || deviation.differences?.some((difference) => result.met.has(difference)) === true;
  return { problems: result.problems, deviations: listed.filter(isMet) };
}

// Each has a gateway of its own and mostly waits: several at a time cost nothing.
describe.concurrent("recorded conversations", () => {
  if (names.length === 0) {
    const reason = `there are none in ${FOLDER}; CONFORMANCE_TRACES names another folder`;
    console.log(`recorded conversations are not played: ${reason}`);
    test.skip(reason, () => {});
  }

  test.for(played)("%s", async (name, { expect }) => {
    const { problems, deviations } = await play(name);
    expect(problems).toEqual([]);
    outcomes.set(name, deviations);
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

  test("give a row of the specification for every deviation, and a capability for what waits", () => {
    const unfounded = DEVIATIONS.filter(({ row }) => !/^(?:[A-Za-z0-9-]+\.md [^;]+)(?:; |$)/.test(row));
    expect(unfounded).toEqual([]);
    expect(Object.values(LATER).filter((capability) => capability.trim() === "")).toEqual([]);
  });

  test("account for every recording", () => {
    const later = names.flatMap((name) => {
      const capability = capabilityOf(name);
      return capability === undefined ? [] : [{ name, capability }];
    });
    // Asked for by name, the report goes into detail.
    console.log(
      report({ outcomes, later, isDetailed: process.env["npm_lifecycle_event"] === "conformance" }),
    );
    expect([...outcomes.keys()].toSorted()).toEqual(played.toSorted());
  });
});
