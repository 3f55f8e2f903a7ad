import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { waitWithin } from "./closing.ts";

const never = new Promise<never>(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("waitWithin", () => {
  test("ends with the work and leaves no timer", async () => {
    expect(await waitWithin(Promise.resolve(), { budgetMs: 5_000, cut: never })).toBe("done");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends when the budget is over", async () => {
    const waiting = waitWithin(never, { budgetMs: 5_000, cut: never });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await waiting).toBe("late");
  });

  test("ends at once when somebody is in a hurry", async () => {
    expect(await waitWithin(never, { budgetMs: 5_000, cut: Promise.resolve() })).toBe("cut");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("passes on the failure of the work", async () => {
    await expect(waitWithin(Promise.reject(new Error("x")), { budgetMs: 1, cut: never })).rejects.toThrow(
      "x",
    );
  });
});
