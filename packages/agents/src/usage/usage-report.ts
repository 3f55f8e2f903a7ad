import type { UsageHour } from "../store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longest report. */
const MAX_DAYS = 366;

/** Tokens and US dollars. */
export interface UsageSums {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly totalCost: number;
  readonly inputCost: number;
  readonly outputCost: number;
  readonly cacheReadCost: number;
  readonly cacheWriteCost: number;
  /** Runs whose model has no known price. */
  readonly missingCostEntries: number;
}

/** What models used, by the day. */
export interface UsageReport {
  readonly days: number;
  /** Oldest first; days without use are left out. Dates are `YYYY-MM-DD`. */
  readonly daily: readonly (UsageSums & { readonly date: string })[];
  readonly totals: UsageSums;
}

/** Which days to report; by default the last 30. */
export interface UsageQuery {
  /** The last so many days, today included. */
  readonly days?: number;
  /** `YYYY-MM-DD`; win over `days`. */
  readonly startDate?: string;
  readonly endDate?: string;
  /** How far the clock that days follow is ahead of UTC. @default 0 */
  readonly offsetMinutes?: number;
}

/** The hours a query is about: `from` <= hour < `to`, epoch milliseconds. */
export function usageRange(query: UsageQuery, now: number): { readonly from: number; readonly to: number } {
  const offset = (query.offsetMinutes ?? 0) * 60_000;
  const today = Math.floor((now + offset) / DAY_MS) * DAY_MS;
  const end = dayOf(query.endDate) ?? today;
  const start = dayOf(query.startDate) ?? end - (clamp(query.days ?? 30) - 1) * DAY_MS;
  const first = Math.max(Math.min(start, end), end - (MAX_DAYS - 1) * DAY_MS);
  return { from: first - offset, to: end + DAY_MS - offset };
}

/** Sums hours up to days and to a total. */
export function usageReport(hours: readonly UsageHour[], query: UsageQuery, now: number): UsageReport {
  const { from, to } = usageRange(query, now);
  const offset = (query.offsetMinutes ?? 0) * 60_000;
  const byDate = new Map<string, UsageHour[]>();
  for (const hour of hours) {
    const date = new Date(hour.hour + offset).toISOString().slice(0, 10);
    byDate.set(date, [...(byDate.get(date) ?? []), hour]);
  }
  const daily = [...byDate].map(([date, ofDay]) => ({ date, ...sumsOf(ofDay) }));
  return { days: Math.round((to - from) / DAY_MS), daily, totals: sumsOf(hours) };
}

function sumsOf(hours: readonly UsageHour[]): UsageSums {
  const sum = (name: keyof UsageHour): number => hours.reduce((total, hour) => total + hour[name], 0);
  const [input, output, cacheRead, cacheWrite] = [
    sum("input"),
    sum("output"),
    sum("cacheRead"),
    sum("cacheWrite"),
  ];
  const costs = {
    inputCost: sum("inputCost"),
    outputCost: sum("outputCost"),
    cacheReadCost: sum("cacheReadCost"),
    cacheWriteCost: sum("cacheWriteCost"),
  };
  return {
    ...{ input, output, cacheRead, cacheWrite, totalTokens: input + output + cacheRead + cacheWrite },
    totalCost: Object.values(costs).reduce((total, cost) => total + cost, 0),
    ...costs,
    missingCostEntries: sum("missingCostEntries"),
  };
}

/** Midnight UTC of a date; undefined for text that is none. */
function dayOf(date: string | undefined): number | undefined {
  if (date === undefined || !/^\d{4}-\d{2}-\d{2}$/u.test(date)) return undefined;
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at;
}

function clamp(days: number): number {
  return Number.isFinite(days) ? Math.min(MAX_DAYS, Math.max(1, Math.floor(days))) : 30;
}
