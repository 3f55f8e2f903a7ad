import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { TickWatch } from "./tick-watch.ts";

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

function watching(hasDeadline = () => false) {
  const silent = vi.fn();
  return { silent, watch: new TickWatch({ now: Date.now, hasDeadline, silent }, 1_000) };
}

describe("TickWatch", () => {
  test("reports silence after two tick intervals", () => {
    const { silent } = watching();
    vi.advanceTimersByTime(1_999);
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(silent).toHaveBeenCalledOnce();
  });

  test("any frame counts as life", () => {
    const { silent, watch } = watching();
    vi.advanceTimersByTime(1_500);
    watch.frame();
    vi.advanceTimersByTime(1_999);
    expect(silent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(silent).toHaveBeenCalledOnce();
  });

  test("stays patient while a request with a deadline waits, then looks again", () => {
    let waiting = true;
    const { silent } = watching(() => waiting);
    vi.advanceTimersByTime(2_500);
    expect(silent).not.toHaveBeenCalled();
    waiting = false;
    vi.advanceTimersByTime(500);
    expect(silent).toHaveBeenCalledOnce();
  });

  test("reports nothing after it was stopped", () => {
    const { silent, watch } = watching();
    watch.stop();
    vi.advanceTimersByTime(10_000);
    expect(silent).not.toHaveBeenCalled();
  });
});
