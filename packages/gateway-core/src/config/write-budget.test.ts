import { describe, expect, test } from "vitest";
import { WriteBudget } from "./write-budget.ts";

const LIMITS = { maxCalls: 3, windowMs: 60_000 };

describe("WriteBudget", () => {
  test("T-CFG-10 grants the calls of a window, then says how long it lasts", () => {
    const budget = new WriteBudget();
    const spend = (at: number) => budget.spend("a", LIMITS, at);
    expect([0, 1, 2, 10_000].map(spend)).toEqual([undefined, undefined, undefined, 50_000]);
    expect([59_999, 60_000].map(spend)).toEqual([1, undefined]);
  });

  test("T-CFG-10 counts every caller by itself", () => {
    const budget = new WriteBudget();
    for (let call = 0; call < 4; call += 1) budget.spend("a", LIMITS, 0);
    expect(budget.spend("b", LIMITS, 0)).toBeUndefined();
  });

  test("starts afresh when the clock is set back", () => {
    const budget = new WriteBudget();
    for (let call = 0; call < 4; call += 1) budget.spend("a", LIMITS, 1_000_000);
    expect(budget.spend("a", LIMITS, 0)).toBeUndefined();
  });

  test("forgets the caller that was away longest when there are too many", () => {
    const budget = new WriteBudget();
    for (let call = 0; call < 4; call += 1) budget.spend("first", LIMITS, 0);
    for (let caller = 0; caller < 1_000; caller += 1) budget.spend(`caller ${caller}`, LIMITS, 0);
    expect(budget.spend("first", LIMITS, 0)).toBeUndefined();
  });
});
