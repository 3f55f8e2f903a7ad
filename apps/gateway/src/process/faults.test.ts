import { EventEmitter } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { isTransient, watchFaults } from "./faults.ts";

function setUp() {
  const source = new EventEmitter();
  const errors: string[] = [];
  const onCrash = vi.fn();
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, fatal: () => {} };
  const logger = { ...silent, error: (text: unknown) => void errors.push(String(text)) };
  const stop = watchFaults(source as unknown as NodeJS.Process, { logger, onCrash }); // an emitter is all that is used
  return { source, errors, onCrash, stop };
}

describe("watchFaults", () => {
  test("ends the process for an uncaught exception, once", () => {
    const { source, onCrash } = setUp();
    const error = new TypeError("x is not a function");
    source.emit("uncaughtException", error);
    source.emit("uncaughtException", new Error("while ending"));
    expect(onCrash.mock.calls).toEqual([[error]]);
  });

  test("T-DOS-15 survives rejected promises and lost peers, and logs them", () => {
    const { source, onCrash, errors } = setUp();
    source.emit("unhandledRejection", new Error("forgotten"));
    source.emit("uncaughtException", Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    expect(onCrash).not.toHaveBeenCalled();
    expect(errors).toEqual(["unhandled rejection", "uncaught network error"]);
  });

  test("leaves nothing behind when stopped", () => {
    const { source, stop } = setUp();
    stop();
    expect(source.eventNames()).toEqual([]);
  });
});

describe("isTransient", () => {
  test("looks at the causes too", () => {
    const cause = Object.assign(new Error("x"), { code: "ENOTFOUND" });
    expect(isTransient(new Error("fetch failed", { cause }))).toBe(true);
    expect(isTransient(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe(false);
    expect(isTransient("ECONNRESET")).toBe(false);
    const loop = new Error("a");
    loop.cause = loop;
    expect(isTransient(loop)).toBe(false);
  });
});
