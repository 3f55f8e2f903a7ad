import { describe, expect, test } from "vitest";

import { createDownSite, createTestSite } from "../../testing/gateway.ts";

const SUMS = { totalTokens: 1_200, totalCost: 0.126, missingCostEntries: 0 };
const report = { updatedAt: 1, days: 7, daily: [{ date: "2026-11-21", ...SUMS }], totals: SUMS };

describe("gateway usage-cost", () => {
  test("asks for the days and shows the sum and the latest day", async () => {
    await using site = await createTestSite({ "usage.cost": () => report });
    const { code, stdout } = await site.openclaw(["gateway", "usage-cost", "--days", "7"]);
    expect([code, stdout]).toEqual([
      0,
      "Usage cost (7 days)\nTotal: $0.13 · 1200 tokens\nLatest day: 2026-11-21 · $0.13 · 1200 tokens\n",
    ]);
    const json = await site.openclaw(["gateway", "usage-cost", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual(report);
    expect(site.gateway.requests.map(({ params }) => params)).toEqual([{ days: 7 }, { days: 30 }]);
  });

  test("says what the sum leaves out", async () => {
    const totals = { ...SUMS, missingCostEntries: 2 };
    await using site = await createTestSite({ "usage.cost": () => ({ ...report, daily: [], totals }) });
    const { stdout } = await site.openclaw(["gateway", "usage-cost"]);
    expect(stdout).toContain("Total: $0.13 · 1200 tokens · 2 runs without a known price\n");
  });

  test("names what is wrong in its own words", async () => {
    await using down = await createDownSite();
    const unreachable = await down.openclaw(["gateway", "usage-cost"]);
    expect(unreachable.code).toBe(1);
    expect(unreachable.stderr).toMatch(/^Gateway usage cost failed: Error: gateway closed \(1006 /);
    const { stderr } = await down.openclaw(["gateway", "usage-cost", "--days", "0"]);
    expect(stderr).toBe("Gateway usage cost failed: Error: invalid --days: 0 (use 1 to 3650)\n");
  });
});
