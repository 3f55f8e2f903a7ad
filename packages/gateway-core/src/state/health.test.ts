import type { SessionsSummary } from "@openclaw/agents";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createHealth } from "./health.ts";

const EVENT_LOOP = {
  ...{ degraded: false, degradedSinceMs: null, reasons: [], intervalMs: 1_000 },
  ...{ delayP99Ms: 1, delayMaxMs: 1, utilization: 0, cpuCoreRatio: 0 },
};

/** A health whose look at the sessions takes until somebody lets it see. */
function setUp() {
  let count = 0;
  const looks: { see(): void }[] = [];
  const sessionsSummary = vi.fn(
    () =>
      new Promise<SessionsSummary>((resolve) => {
        const seen = count;
        looks.push({ see: () => resolve({ count: seen, recent: [], byAgent: [] }) });
      }),
  );
  const health = createHealth({
    agents: {
      sessionsSummary,
      agentsList: () => ({ defaultId: "main", mainKey: "main", scope: "per-sender", agents: [] }),
    },
    heartbeat: () => ({ enabled: false, every: "disabled", everyMs: null }) as never,
    storePath: "/state",
    configStatus: () => ({ state: "applied", valid: true, hash: "h", issues: 0, pendingRestart: [] }),
    eventLoop: { read: () => EVENT_LOOP, close: () => {} },
    now: () => 1_000,
    onRefresh: () => {},
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => health.close());
  return { health, looks, setCount: (value: number) => (count = value) };
}

const counts = async (snapshots: readonly Promise<{ sessions: { count: number } }>[]) =>
  (await Promise.all(snapshots)).map(({ sessions }) => sessions.count);

describe("health", () => {
  test("is looked at once for everybody who asks meanwhile", async () => {
    const { health, looks } = setUp();
    const asked = [health.get(), health.get(), health.get({ fresh: true })];
    looks[0]?.see();
    expect(await counts(asked)).toEqual([0, 0, 0]);
    expect(looks).toHaveLength(1);
  });

  test("tells a change that came while it was being looked at", async () => {
    const { health, looks, setCount } = setUp();
    const early = health.get();
    setCount(1);
    health.touch();
    const late = [health.get(), health.get()];
    looks[0]?.see();
    expect(await counts([early])).toEqual([0]);
    await vi.waitUntil(() => looks.length === 2);
    looks[1]?.see();
    expect(await counts(late)).toEqual([1, 1]);
    expect(await counts([health.get()])).toEqual([1]);
    expect(looks).toHaveLength(2);
  });
});
