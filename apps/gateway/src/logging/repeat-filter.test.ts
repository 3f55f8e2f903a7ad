import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LogRecord } from "./record.ts";
import { RepeatFilter } from "./repeat-filter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const record = (message: string): LogRecord => ({
  severity: "error",
  subsystem: "gateway",
  message,
  meta: { n: 1 },
});

function collect() {
  const messages: string[] = [];
  const filter = new RepeatFilter((written) => messages.push(written.message));
  return { filter, messages };
}

describe("RepeatFilter", () => {
  test("T-DOS-14 folds a flood of one line into a line every ten seconds", () => {
    const { filter, messages } = collect();
    for (let second = 0; second < 20; second++) {
      for (let i = 0; i < 1_000; i++) filter.push(record("boom"));
      vi.advanceTimersByTime(1_000);
    }
    expect(messages).toEqual([
      "boom",
      "last message repeated 9999 times",
      "last message repeated 10000 times",
    ]);
  });

  test("reports the repeats before a different line", () => {
    const { filter, messages } = collect();
    for (const text of ["a", "a", "a", "b", "a"]) filter.push(record(text));
    expect(messages).toEqual(["a", "last message repeated 2 times", "b", "a"]);
  });

  test("tells lines apart by everything they say", () => {
    const { filter, messages } = collect();
    filter.push(record("a"));
    filter.push({ ...record("a"), severity: "warn" });
    filter.push({ ...record("a"), meta: { n: 2 } });
    expect(messages).toEqual(["a", "a", "a"]);
  });

  test("reports what is left when it is flushed, once, and leaves no timer", () => {
    const { filter, messages } = collect();
    filter.push(record("a"));
    filter.push(record("a"));
    filter.flush();
    filter.flush();
    expect(messages).toEqual(["a", "last message repeated 1 times"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
