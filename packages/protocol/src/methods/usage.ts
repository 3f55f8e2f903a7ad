import { openParams } from "../schemas.ts";
import { method, result } from "./define.ts";

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

/** Result of `usage.cost`. */
export interface UsageCostReport {
  readonly updatedAt: number;
  readonly days: number;
  /** Oldest first; days without use are left out. */
  readonly daily: readonly (UsageSums & { readonly date: string })[];
  readonly totals: UsageSums;
}

/** Result of `usage.status`: what providers say of the account's allowance. */
export interface UsageStatus {
  readonly updatedAt: number;
  readonly providers: readonly Readonly<Record<string, unknown>>[];
}

/** What models used. */
export const USAGE_METHODS = {
  "usage.status": method({ params: openParams, scope: "operator.read", result: result<UsageStatus>() }),
  // Any of startDate, endDate, days, mode, utcOffset; wrongly typed ones are ignored.
  "usage.cost": method({ params: openParams, scope: "operator.read", result: result<UsageCostReport>() }),
};
