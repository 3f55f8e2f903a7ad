import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";
import { usageRange, usageReport } from "./usage-report.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const iso = ({ from, to }: { from: number; to: number }) =>
  [from, to].map((at) => new Date(at).toISOString());

describe("usageRange", () => {
  test("covers the last thirty days unless told otherwise", () => {
    expect(iso(usageRange({}, noon))).toEqual(["2026-10-24T00:00:00.000Z", "2026-11-23T00:00:00.000Z"]);
    expect(iso(usageRange({ days: 1 }, noon))).toEqual([
      "2026-11-22T00:00:00.000Z",
      "2026-11-23T00:00:00.000Z",
    ]);
  });

  test("follows the clock it is given", () => {
    const late = Date.UTC(2026, 10, 22, 20);
    expect(iso(usageRange({ days: 1, offsetMinutes: 540 }, late))).toEqual([
      "2026-11-22T15:00:00.000Z",
      "2026-11-23T15:00:00.000Z",
    ]);
  });

  test("takes dates over days, and never more than a year", () => {
    const range = usageRange({ startDate: "2026-11-01", endDate: "2026-11-03", days: 1 }, noon);
    expect(iso(range)).toEqual(["2026-11-01T00:00:00.000Z", "2026-11-04T00:00:00.000Z"]);
    const long = usageRange({ startDate: "1990-01-01" }, noon);
    expect(Math.round((long.to - long.from) / 86_400_000)).toBe(366);
    expect(iso(usageRange({ startDate: "2026-13-99", days: 1 }, noon))).toEqual(
      iso(usageRange({ days: 1 }, noon)),
    );
    expect(iso(usageRange({ startDate: "2027-01-01", endDate: "2026-11-22" }, noon))).toEqual(
      iso(usageRange({ days: 1 }, noon)),
    );
  });
});

describe("usage", () => {
  test("sums what runs used up by the day", async () => {
    let now = noon;
    await using t = await startTestAgents({ now: () => now });
    const first = await t.ask();
    now += 86_400_000;
    const second = await t.ask();
    const report = await t.agents.usage({ days: 7 });
    expect(report.days).toBe(7);
    expect(report.daily.map(({ date }) => date)).toEqual(["2026-11-22", "2026-11-23"]);
    expect(report.daily[0]).toMatchObject({ input: first.usage.input, output: first.usage.output });
    expect(report.totals).toMatchObject({
      totalTokens: first.usage.totalTokens + second.usage.totalTokens,
      ...{ totalCost: 0, missingCostEntries: 0 },
    });
    expect((await t.agents.usage({ days: 1 })).daily).toHaveLength(1);
  });

  test("is nothing before anything ran", () => {
    const zero = {
      ...{ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0, totalCost: 0, inputCost: 0 },
      ...{ outputCost: 0, cacheReadCost: 0, cacheWriteCost: 0, missingCostEntries: 0 },
    };
    expect(usageReport([], { days: 2 }, noon)).toEqual({ days: 2, daily: [], totals: zero });
  });

  test("outlives the sessions it came from, and counts runs without a price", async () => {
    const provider = { baseUrl: "http://127.0.0.1:1", apiKey: "k", models: [{ id: "m" }] };
    const { scriptedModel, says } = await import("../testing/index.ts");
    await using t = await startTestAgents({
      config: { models: { providers: { p: provider } }, agents: { defaults: { model: "p/m" } } },
      providers: { "openai-completions": scriptedModel(says("hi")) },
    });
    await t.ask({ sessionKey: "gone" });
    await t.agents.sessions.delete({ key: "gone" });
    expect((await t.agents.usage()).totals).toMatchObject({ missingCostEntries: 1 });
    expect((await t.agents.usage()).totals.totalTokens).toBeGreaterThan(0);
  });
});
