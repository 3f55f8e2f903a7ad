import { describe, expect, test } from "vitest";
import { maintenanceRules } from "./rules.ts";

const DAY = 86_400_000;

describe("maintenanceRules", () => {
  test("only warn, and keep 30 days and 500 sessions, when nothing is set", () => {
    expect(maintenanceRules()).toEqual({
      ...{ mode: "warn", pruneAfterMs: 30 * DAY, maxEntries: 500, archiveAfterMs: 30 * DAY },
      budget: undefined,
    });
  });

  test.each([
    [45, 45 * DAY],
    ["45", 45 * DAY],
    [" 1.5 d ", 1.5 * DAY],
    ["90M", 90 * 60_000],
    ["250ms", 250],
  ])("read pruneAfter %j as %d ms, and the same for archives", (pruneAfter, ms) => {
    expect(maintenanceRules({ pruneAfter })).toMatchObject({ pruneAfterMs: ms, archiveAfterMs: ms });
  });

  test("take pruneDays where pruneAfter is not set", () => {
    expect(maintenanceRules({ pruneDays: 7 }).pruneAfterMs).toBe(7 * DAY);
    expect(maintenanceRules({ pruneDays: 7, pruneAfter: "1h" }).pruneAfterMs).toBe(3_600_000);
  });

  test("keep archives as long as they are told, or for ever", () => {
    expect(maintenanceRules({ resetArchiveRetention: "2h" }).archiveAfterMs).toBe(7_200_000);
    expect(maintenanceRules({ resetArchiveRetention: false }).archiveAfterMs).toBeUndefined();
  });

  test.each([
    [{ maxDiskBytes: 1_000 }, { maxBytes: 1_000, highWaterBytes: 800 }],
    [
      { maxDiskBytes: "2kb", highWaterBytes: "1KB" },
      { maxBytes: 2_048, highWaterBytes: 1_024 },
    ],
    [{ maxDiskBytes: "1gb" }, { maxBytes: 2 ** 30, highWaterBytes: 2 ** 30 * 0.8 }],
    // More than the most is no mark one could come down to.
    [
      { maxDiskBytes: 10, highWaterBytes: 99 },
      { maxBytes: 10, highWaterBytes: 10 },
    ],
  ])("come down from the largest size to its mark: %j", (config, budget) => {
    expect(maintenanceRules(config).budget).toEqual(budget);
  });
});
