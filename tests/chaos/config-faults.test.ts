import { describe, expect, test } from "vitest";
import { tryFaults } from "./config-faults/faults.mjs";

const SEQUENCES = 200;
const GATEWAYS = 2;
/** Change it to try others; a failure names the steps. `node scripts/config-faults.mjs` tries many more. */
const SEED = 20_261_128;

describe(`${SEQUENCES} sequences of edits of seed ${SEED}`, () => {
  test("T-CFG-05 T-CFG-07 T-CFG-14 by hand, over RPC and both at once, with kill -9 in between: each file is a whole text that somebody wrote, the gateway runs with the last good one, and no other key changes", async () => {
    const results = await Promise.all(
      Array.from({ length: GATEWAYS }, (_, part) =>
        tryFaults({ seed: SEED, count: SEQUENCES, part, parts: GATEWAYS }),
      ),
    );
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
    expect(results.reduce((sum, { sequences }) => sum + sequences, 0)).toBe(SEQUENCES);
    const seen = results.flatMap(({ kinds }) => [...kinds.keys()]).join("\n");
    for (const kind of [
      "hand main: good, inPlace",
      "hand main: good, halves",
      "hand main: deleted",
      "hand ui: good, rename",
      "call beat: done",
      "call beat: refused, beside an edit",
      "call included: done",
      "call prototype: refused",
      "kill -9: started again",
      "kill -9: started with the last good configuration",
      "kill -9: not started with a bad file",
    ])
      expect(seen).toContain(kind);
  });
});
