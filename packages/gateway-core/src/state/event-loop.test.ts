import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { watchEventLoop } from "./event-loop.ts";

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function watch() {
  const watching = watchEventLoop(() => 1_700_000_000_000);
  onTestFinished(() => watching.close());
  return watching;
}

test("is read anew once a second; a busy start is not degraded", async () => {
  const watching = watch();
  block(300);
  const first = watching.read();
  expect(first).toMatchObject({ degraded: false, degradedSinceMs: null, reasons: [] });
  expect(watching.read()).toBe(first);
  await pause(1_050);
  expect(watching.read()).not.toBe(first);
});

test("a loop that was held up is degraded since then, and no more once it works again", async () => {
  const watching = watch();
  await pause(50);
  block(1_500);
  await pause(50);
  const held = watching.read();
  expect(held?.delayMaxMs).toBeGreaterThan(1_000);
  expect(held?.utilization).toBeGreaterThan(0.5);
  expect(held?.cpuCoreRatio).toBeGreaterThan(0.1);
  expect(held).toMatchObject({
    degraded: true,
    degradedSinceMs: 1_700_000_000_000,
    reasons: expect.arrayContaining(["event_loop_delay"]),
  });
  await pause(1_500);
  expect(watching.read()?.delayMaxMs).toBeLessThan(held?.delayMaxMs ?? 0);
});
