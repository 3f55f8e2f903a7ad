import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace, planDelivery, slowestOver } from "./backpressure.ts";

describe("planDelivery", () => {
  it.each([
    { buffered: 100, droppable: true, plan: "send" },
    { buffered: 100, droppable: false, plan: "send" },
    { buffered: 101, droppable: true, plan: "skip" },
    { buffered: 101, droppable: false, plan: "close" },
  ])(
    "answers $plan for $buffered of 100 buffered bytes, droppable $droppable",
    ({ buffered, droppable, plan }) => {
      expect(planDelivery(buffered, 100, droppable)).toBe(plan);
    },
  );
});

describe("slowestOver", () => {
  it("gives up nobody while all together fit", () => {
    expect(slowestOver([{ bufferedBytes: 50 }, { bufferedBytes: 50 }], 100)).toEqual([]);
  });

  it("T-DOS-04 gives up the slowest first, and no more than needed", () => {
    const receivers = [10, 60, 30, 50].map((bufferedBytes) => ({ bufferedBytes }));
    expect(slowestOver(receivers, 100)).toEqual([{ bufferedBytes: 60 }]);
    expect(slowestOver(receivers, 80)).toEqual([{ bufferedBytes: 60 }, { bufferedBytes: 50 }]);
  });

  it("leaves a total within the limit, whoever holds what", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.nat(5000), (sizes, limit) => {
        const receivers = sizes.map((bufferedBytes) => ({ bufferedBytes }));
        const given = new Set(slowestOver(receivers, limit));
        const kept = receivers.filter((receiver) => !given.has(receiver));
        expect(kept.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0)).toBeLessThanOrEqual(limit);
      }),
      { seed: 4 },
    );
  });
});

describe("Pace", () => {
  it("lets a second's worth pass at once and asks for a pause after it", () => {
    const pace = new Pace(10, 0);
    for (let sent = 0; sent < 10; sent += 1) expect(pace.take(0)).toBe(0);
    expect(pace.take(0)).toBe(100);
    expect(pace.take(0)).toBe(200);
  });

  it("never pauses a sender that keeps the pace", () => {
    const pace = new Pace(10, 0);
    for (let at = 0; at < 10_000; at += 100) expect(pace.take(at)).toBe(0);
  });

  it("T-DOS-10 holds every sender that obeys it to the rate plus one burst", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 200 }), (bursts) => {
        const pace = new Pace(100, 0);
        let now = 0;
        let taken = 0;
        for (const burst of bursts) {
          let pauseMs = 0;
          for (let sent = 0; sent < burst; sent += 1) pauseMs = pace.take(now);
          taken += burst;
          now += pauseMs;
        }
        expect(taken).toBeLessThanOrEqual(100 + now / 10 + 50);
      }),
      { seed: 10 },
    );
  });
});
