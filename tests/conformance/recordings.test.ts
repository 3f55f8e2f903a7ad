import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

import { DEVIATIONS, type Deviation, fits } from "./deviations.ts";
import { LATER } from "./later.ts";
import { perform } from "./perform.ts";
import { listRecordings, loadRecording } from "./recording/load-recording.ts";
import type { Difference } from "./replay.ts";
import { scenarioOf } from "./scenarios.ts";

const FOLDER =
  process.env["CONFORMANCE_TRACES"] ?? fileURLToPath(new URL("../../../shared/traces", import.meta.url));
const LINES = ["v3", "v4"];
const names = existsSync(FOLDER) ? await listRecordings(FOLDER, LINES) : [];

if (names.length === 0)
  test.skip(`no recordings in ${FOLDER}; CONFORMANCE_TRACES names another folder`, () => {});

const deviationsOf = (name: string): readonly Deviation[] =>
  DEVIATIONS.filter(({ files }) => files.some((pattern) => fits(pattern, name)));
const capabilityOf = (name: string): string | undefined =>
  Object.entries(LATER).find(([pattern]) => fits(pattern, name))?.[1];

describe.skipIf(names.length === 0)("recorded conversations", () => {
  const outcomes = new Map<string, "as recorded" | "with listed deviations">();
  const met = new Set<Difference>();
  const waiting = names.filter((name) => capabilityOf(name) !== undefined);

  afterAll(() => {
    const count = (outcome: string) => [...outcomes.values()].filter((known) => known === outcome).length;
    console.log(
      `replayed ${outcomes.size} of ${names.length}: ${count("as recorded")} as recorded, ` +
        `${count("with listed deviations")} with listed deviations; ${waiting.length} wait for later parts`,
    );
  });

  test.each(names.filter((name) => !waiting.includes(name)))("%s", async (name) => {
    const recording = await loadRecording(FOLDER, name);
    if (!recording) return;
    const deviations = deviationsOf(name);
    const played = deviations.reduce((edited, { instead }) => instead?.(edited) ?? edited, recording);
    const differences = deviations.flatMap((deviation) => deviation.differences ?? []);
    const result = await perform(played, scenarioOf(name), differences);
    expect(result.problems).toEqual([]);
    outcomes.set(
      name,
      played !== recording || result.met.size > 0 ? "with listed deviations" : "as recorded",
    );
    for (const difference of result.met) met.add(difference);
  });

  test("every listed difference is met by some recording", () => {
    const stale = DEVIATIONS.flatMap(({ because, differences = [] }) =>
      differences.filter((difference) => !met.has(difference)).map(({ at }) => `${at} (${because})`),
    );
    expect(stale).toEqual([]);
  });

  test.each(waiting)("%s is left for later", (name) => {
    expect(capabilityOf(name)).not.toBe("");
  });
});
