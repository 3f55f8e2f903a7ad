import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Pace } from "./pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function paced(answers: readonly (number | undefined)[] = [], debounceMs = 300) {
  const looks: { readonly at: number; readonly isSettled: boolean }[] = [];
  const start = performance.now();
  const errors: unknown[] = [];
  const pace = new Pace({
    look: (isSettled) => {
      looks.push({ at: performance.now() - start, isSettled });
      return Promise.resolve(answers[looks.length - 1]);
    },
    debounceMs: () => debounceMs,
    onError: (error) => errors.push(error),
  });
  return { pace, looks, errors };
}

describe("Pace", () => {
  test("looks at once at the first notice", () => {
    const { pace, looks } = paced();
    pace.notice();
    expect(looks).toEqual([{ at: 0, isSettled: false }]);
  });

  test("looks twice at a burst: at its first notice, and after its last", async () => {
    const { pace, looks } = paced();
    for (let count = 0; count < 10; count += 1) {
      pace.notice();
      await vi.advanceTimersByTimeAsync(30);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks).toEqual([
      { at: 0, isSettled: false },
      { at: 270 + 300, isSettled: true },
    ]);
  });

  test("does not wait for ever for a burst to end", async () => {
    const { pace, looks } = paced();
    for (let count = 0; count < 100; count += 1) {
      pace.notice();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(looks.length).toBeGreaterThan(2);
  });

  test("looks again by itself when it is told to", async () => {
    const { pace, looks } = paced([200]);
    pace.notice();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks).toEqual([
      { at: 0, isSettled: false },
      { at: 200, isSettled: true },
    ]);
  });

  test("goes on after a look that failed", async () => {
    const errors: unknown[] = [];
    let looks = 0;
    const pace = new Pace({
      look: () => {
        looks += 1;
        return Promise.reject(new Error("unreadable"));
      },
      debounceMs: () => 0,
      onError: (error) => errors.push(error),
    });
    pace.notice();
    await vi.advanceTimersByTimeAsync(10);
    pace.notice();
    await vi.advanceTimersByTimeAsync(10);
    expect(looks).toBe(2);
    expect(errors).toHaveLength(2);
  });

  test("does nothing any more once it is closed", async () => {
    const { pace, looks } = paced();
    pace.notice();
    await vi.advanceTimersByTimeAsync(10);
    pace.notice();
    pace.close();
    pace.notice();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
