import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DEVIATIONS, fits } from "./deviations.ts";
import { LATER } from "./later.ts";
import { listRecordings, loadRecording } from "./recording/load-recording.ts";
import type { Recording } from "./recording/recording.ts";
import { type Difference, replay } from "./replay.ts";
import { SCENARIOS } from "./scenarios.ts";
import { startGateway } from "./stage/gateways.ts";
import { type ModelProvider, startModelProvider } from "./stage/model-provider.ts";
import { Stage } from "./stage/stage.ts";

const FOLDER = process.env["CONFORMANCE_TRACES"] ?? fileURLToPath(new URL("../../../shared/traces", import.meta.url));
const LINES = ["v3", "v4"];

describe.skipIf(!existsSync(FOLDER))("recorded conversations", async () => {
  const names = existsSync(FOLDER) ? await listRecordings(FOLDER, LINES) : [];
  const outcomes = new Map<string, "passed" | "deviation" | "later">();
  const met = new Set<Difference>();
  let provider: ModelProvider;

  beforeAll(async () => {
    provider = await startModelProvider();
  });
  afterAll(async () => {
    await provider.close();
    const count = (outcome: string) => [...outcomes.values()].filter((known) => known === outcome).length;
    const [passed, deviation, later] = ["passed", "deviation", "later"].map(count);
    console.log(
      `replayed ${outcomes.size - (later ?? 0)} of ${names.length}: ${passed} as recorded, ${deviation} with listed deviations; ${later} wait for later parts`,
    );
  });

  const play = async (recording: Recording) => {
    const scenario = SCENARIOS[recording.name] ?? {};
    const deviations = DEVIATIONS.filter(({ files }) => files.some((pattern) => fits(pattern, recording.name)));
    const running = await startGateway({
      kind: scenario.gateway ?? "token",
      model: scenario.model ?? (recording.name.startsWith("v4/") ? "mock-1" : "m1"),
      providerUrl: provider.baseUrl,
    });
    try {
      const played = deviations.reduce((edited, { instead }) => instead?.(edited) ?? edited, recording);
      const differences = deviations.flatMap((deviation) => deviation.differences ?? []);
      const result = await replay(played, { stage: new Stage(running), scenario, differences });
      return { ...result, isEdited: played !== recording };
    } finally {
      await running.close();
    }
  };

  for (const name of names) {
    const waitsFor = Object.entries(LATER).find(([pattern]) => fits(pattern, name))?.[1];
    if (waitsFor !== undefined) {
      outcomes.set(name, "later");
      test.skip(`${name} waits for ${waitsFor}`, () => {});
      continue;
    }
    test(name, async () => {
      const recording = await loadRecording(FOLDER, name);
      if (!recording) return;
      const result = await play(recording);
      expect(result.problems).toEqual([]);
      outcomes.set(name, result.isEdited || result.met.size > 0 ? "deviation" : "passed");
      for (const difference of result.met) met.add(difference);
    });
  }
});
