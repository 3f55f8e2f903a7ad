import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Lane, SessionLanes, type LaneTicket } from "./lanes.ts";

const lane = (limit: number): Lane => new Lane({ name: "test", limit: () => limit, now: Date.now });

async function reached(ticket: LaneTicket): Promise<boolean> {
  return Promise.race([ticket.ready.then(() => true), Promise.resolve().then(() => false)]);
}

describe("Lane", () => {
  test("serves as many as its limit at a time, in the order they came", async () => {
    const main = lane(2);
    const tickets = [main.take(), main.take(), main.take(), main.take()];
    expect(tickets.map((ticket) => ticket.isImmediate)).toEqual([true, true, false, false]);
    tickets[1]?.release();
    expect(await Promise.all(tickets.map(reached))).toEqual([true, true, true, false]);
  });

  test("a ticket released before its turn lets the next one pass", async () => {
    const main = lane(1);
    const [first, second, third] = [main.take(), main.take(), main.take()];
    second.release();
    first.release();
    expect(await reached(third)).toBe(true);
    expect(await reached(second)).toBe(false);
  });

  test("releasing twice gives out one place only", () => {
    const main = lane(1);
    const [first, second, third] = [main.take(), main.take(), main.take()];
    first.release();
    first.release();
    expect(third.isImmediate).toBe(false);
    second.release();
    third.release();
    expect(main.isIdle).toBe(true);
  });

  test("takes a raised limit into account at the next chance", async () => {
    let limit = 1;
    const main = new Lane({ name: "main", limit: () => limit, now: Date.now });
    const tickets = [main.take(), main.take(), main.take()];
    limit = 2;
    const fourth = main.take();
    expect(await Promise.all([...tickets, fourth].map(reached))).toEqual([true, true, false, false]);
  });

  test("warns about a wait of two seconds or more", () => {
    const warn = vi.fn();
    let now = 0;
    const logger = { ...console, warn };
    const main = new Lane({ name: "main", limit: () => 1, now: () => now, logger });
    const first = main.take();
    main.take({ runId: "r2" });
    now = 2000;
    first.release();
    expect(warn).toHaveBeenCalledExactlyOnceWith("lane wait exceeded: lane=main waitedMs=2000 queueAhead=1", {
      runId: "r2",
    });
  });

  test("never serves more than the limit and keeps the order, whatever is released when", async () => {
    const commands = fc.array(fc.oneof(fc.constant("take" as const), fc.nat(30)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(commands, fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
        const main = lane(limit);
        const started: number[] = [];
        const live = new Map<number, LaneTicket>();
        let next = 0;
        for (const step of steps) {
          if (step === "take") {
            const id = next++;
            const ticket = main.take();
            live.set(id, ticket);
            void ticket.ready.then(() => started.push(id));
          } else {
            const [id, ticket] = [...live][step % Math.max(1, live.size)] ?? [];
            ticket?.release();
            if (id !== undefined) live.delete(id);
          }
          await Promise.resolve();
          expect([...live.keys()].filter((id) => started.includes(id)).length).toBeLessThanOrEqual(limit);
        }
        expect(started).toEqual([...started].sort((a, b) => a - b));
      }),
      { seed: 7 },
    );
  });
});

describe("SessionLanes", () => {
  test("runs one at a time per session, sessions beside each other, and forgets idle ones", async () => {
    const lanes = new SessionLanes({ now: Date.now });
    const [a1, a2, b1] = [lanes.take("a"), lanes.take("a"), lanes.take("b")];
    expect([a1, a2, b1].map((ticket) => ticket.isImmediate)).toEqual([true, false, true]);
    expect(lanes.waitingCount("a")).toBe(1);
    a1.release();
    expect(await reached(a2)).toBe(true);
    a2.release();
    b1.release();
    expect(lanes.size).toBe(0);
  });
});
