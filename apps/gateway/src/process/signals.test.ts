import { EventEmitter } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { takeSignals } from "./signals.ts";

function setUp() {
  const source = new EventEmitter();
  let clock = 0;
  const signals = takeSignals(source as unknown as NodeJS.Process, () => clock); // an emitter is all that is used
  return { source, signals, advance: (ms: number) => void (clock += ms) };
}

const state = (promise: Promise<unknown>) => Promise.race([promise, Promise.resolve("pending")]);

describe("takeSignals", () => {
  test("takes SIGUSR1 from Node's debugger at once, before anybody listens", () => {
    const { source } = setUp();
    expect(source.listenerCount("SIGUSR1")).toBe(1);
    expect(() => source.emit("SIGUSR1")).not.toThrow();
  });

  test("remembers a stop that comes before anybody waits for it", async () => {
    const { source, signals } = setUp();
    source.emit("SIGTERM");
    expect(await signals.stop).toBe("SIGTERM");
  });

  test("tells a second request from the echo of the first", async () => {
    const { source, signals, advance } = setUp();
    source.emit("SIGINT");
    advance(20);
    source.emit("SIGINT");
    expect(await state(signals.stopAgain)).toBe("pending");
    advance(400);
    source.emit("SIGTERM");
    expect(await signals.stopAgain).toBe("SIGTERM");
    expect(await signals.stop).toBe("SIGINT");
  });

  test("calls the restart listener of the moment for both signals", () => {
    const { source, signals } = setUp();
    const [first, second] = [vi.fn(), vi.fn()];
    signals.onRestart(first);
    source.emit("SIGUSR1");
    signals.onRestart(second);
    source.emit("SIGUSR2");
    expect([first.mock.calls, second.mock.calls]).toEqual([[["SIGUSR1"]], [["SIGUSR2"]]]);
  });

  test("leaves nothing behind when released", () => {
    const { source, signals } = setUp();
    signals.release();
    expect(source.eventNames()).toEqual([]);
  });
});
