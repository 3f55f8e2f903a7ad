import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RestartSchedule, type RestartScheduleOptions } from "./restart-schedule.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const NOW = Date.UTC(2026, 10, 22);

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

function create(options: Partial<RestartScheduleOptions> = {}) {
  const restarts: { readonly reason: string; readonly afterMs: number }[] = [];
  const schedule = new RestartSchedule({
    restart: (reason) => {
      restarts.push({ reason, afterMs: Date.now() - NOW });
      return Promise.resolve();
    },
    activeRuns: () => 0,
    restartedAt: () => undefined,
    onRestart: () => {},
    now: Date.now,
    logger: SILENT,
    ...options,
  });
  const wish = (delayMs: number, reason = "config.patch") =>
    schedule.request({ reason, delayMs, actor: "actor=test" });
  return { schedule, restarts, wish };
}

describe("RestartSchedule", () => {
  test("restarts once, after the delay", async () => {
    const { restarts, wish } = create();
    expect(wish(2_000)).toEqual({ delayMs: 2_000, coalesced: false, cooldownMsApplied: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts).toEqual([{ reason: "config.patch", afterMs: 2_000 }]);
  });

  test("never waits longer than a minute", async () => {
    const { restarts, wish } = create();
    expect(wish(3_600_000)).toMatchObject({ delayMs: 60_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts).toHaveLength(1);
  });

  test("T-CFG-10 joins a restart that comes earlier, and hurries one that comes later", async () => {
    const { restarts, wish } = create();
    wish(10_000, "first");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wish(20_000, "later")).toEqual({ delayMs: 9_000, coalesced: true, cooldownMsApplied: 0 });
    expect(wish(500, "sooner")).toEqual({ delayMs: 500, coalesced: false, cooldownMsApplied: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts).toEqual([{ reason: "sooner", afterMs: 1_500 }]);
  });

  test("T-CFG-10 keeps 30 s between two restarts", async () => {
    const { restarts, wish } = create({ restartedAt: () => NOW - 10_000 });
    expect(wish(2_000)).toEqual({ delayMs: 20_000, coalesced: false, cooldownMsApplied: 18_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts).toEqual([{ reason: "config.patch", afterMs: 20_000 }]);
  });

  test("T-CFG-10 keeps them also where the host of the gateway goes on instead", async () => {
    let restartedAt: number | undefined;
    const { restarts, wish } = create({
      restartedAt: () => restartedAt,
      onRestart: (at) => (restartedAt = at),
    });
    wish(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wish(0)).toEqual({ delayMs: 29_000, coalesced: false, cooldownMsApplied: 29_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts.map(({ afterMs }) => afterMs)).toEqual([0, 30_000]);
  });

  test("waits for running work, and goes on as soon as it is done", async () => {
    let runs = 2;
    const { restarts, wish } = create({ activeRuns: () => runs });
    wish(0);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(restarts).toEqual([]);
    runs = 0;
    await vi.advanceTimersByTimeAsync(500);
    expect(restarts).toHaveLength(1);
  });

  test("waits 30 s for work that does not end, and no longer", async () => {
    const { restarts, wish } = create({ activeRuns: () => 1 });
    wish(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts).toEqual([{ reason: "config.patch", afterMs: 30_000 }]);
  });

  test("joins a restart under way, and takes wishes again when that one does not come about", async () => {
    let giveUp: () => void = () => {};
    const { wish } = create({ restart: () => new Promise((resolve) => (giveUp = resolve)) });
    wish(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(wish(0)).toEqual({ delayMs: 0, coalesced: true, cooldownMsApplied: 0 });
    giveUp();
    await vi.advanceTimersByTimeAsync(0);
    expect(wish(0)).toMatchObject({ coalesced: false });
  });

  test("does nothing any more once it is closed", async () => {
    const { schedule, restarts, wish } = create();
    wish(100);
    schedule.close();
    wish(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(restarts).toEqual([]);
  });
});
