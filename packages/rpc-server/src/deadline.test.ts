import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startDeadline } from "./deadline.ts";

describe("startDeadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("strikes once after the duration", async () => {
    const strike = vi.fn();
    startDeadline(15_000, strike);
    await vi.advanceTimersByTimeAsync(14_900);
    expect(strike).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(strike).toHaveBeenCalledTimes(1);
  });

  it("never strikes once it is called off", async () => {
    const strike = vi.fn();
    const cancel = startDeadline(15_000, strike);
    await vi.advanceTimersByTimeAsync(10_000);
    cancel();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(strike).not.toHaveBeenCalled();
  });

  it("does not strike when it is called off by what is read in the same turn", async () => {
    const strike = vi.fn();
    const cancel = startDeadline(15_000, strike);
    // The last slice has passed, the strike itself waits for pending reads.
    vi.advanceTimersByTime(14_999);
    vi.advanceTimersToNextTimer();
    cancel();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(strike).not.toHaveBeenCalled();
  });
});

describe("startDeadline in real time", () => {
  it("T-DOS-03 a blocked event loop does not use up the time of the peer", async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      startDeadline(150, () => {
        order.push("deadline");
        resolve();
      });
      // Blocks for longer than the whole deadline, as a long synchronous job would.
      setTimeout(() => {
        const until = performance.now() + 300;
        while (performance.now() < until);
        order.push("unblocked");
        setTimeout(() => order.push("peer had time"), 30);
      }, 1);
    });
    expect(order).toEqual(["unblocked", "peer had time", "deadline"]);
  });
});
