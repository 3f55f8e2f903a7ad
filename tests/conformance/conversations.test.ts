import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

import { perform } from "./perform.ts";
import type { JsonObject } from "./recording/json.ts";
import { parseRecording } from "./recording/load-recording.ts";
import type { Scenario } from "./stage/scenario.ts";

const FOLDER = new URL("./conversations/", import.meta.url);

// Written by hand, one subject each; they hold whatever else is installed.
describe("conversations", async () => {
  for (const file of await readdir(FOLDER)) {
    const json = JSON.parse(await readFile(new URL(file, FOLDER), "utf8")) as JsonObject & {
      scenario?: Scenario;
    };
    test(`${file.replace(".json", "")}: ${String(json["description"])}`, async () => {
      const { problems } = await perform(parseRecording(file, json), { model: "echo", ...json.scenario });
      expect(problems).toEqual([]);
    });
  }
});
