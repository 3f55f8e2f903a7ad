import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { coalesce } from "./coalesce.ts";

const everyTenth = () => 100;

describe("coalesce", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("tells single news at once", () => {
    let told = 0;
    const news = coalesce(everyTenth, () => (told += 1));
    news.soon();
    expect(told).toBe(1);
    vi.advanceTimersByTime(100);
    news.soon();
    expect(told).toBe(2);
    vi.advanceTimersByTime(1_000);
    expect(told).toBe(2);
    news.close();
  });

  test("T-DOS-16 tells a storm once per interval, the last of it included", () => {
    let told = 0;
    const news = coalesce(everyTenth, () => (told += 1));
    for (let at = 0; at < 1_000; at += 10) {
      news.soon();
      vi.advanceTimersByTime(10);
    }
    expect(told).toBeLessThanOrEqual(11);
    vi.advanceTimersByTime(100);
    expect(told).toBe(11);
    news.close();
  });

  test("takes longer when its hearers are more", () => {
    let told = 0;
    let interval = 100;
    const news = coalesce(
      () => interval,
      () => (told += 1),
    );
    news.soon();
    interval = 1_000;
    news.soon();
    vi.advanceTimersByTime(100);
    news.soon();
    vi.advanceTimersByTime(999);
    expect(told).toBe(2);
    vi.advanceTimersByTime(1);
    expect(told).toBe(3);
    news.close();
  });

  test("tells nothing any more once it is closed", () => {
    let told = 0;
    const news = coalesce(everyTenth, () => (told += 1));
    news.soon();
    news.soon();
    news.close();
    vi.advanceTimersByTime(1_000);
    expect(told).toBe(1);
  });
});
