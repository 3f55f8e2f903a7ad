import { describe, expect, test } from "vitest";
import { KeyedLock } from "./keyed-lock.ts";

function deferred() {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (settle = resolve));
  return { promise, settle };
}

describe("KeyedLock", () => {
  test("runs tasks of one key one after another, in order", async () => {
    const lock = new KeyedLock();
    const gate = deferred();
    const steps: string[] = [];
    const first = lock.run("a", async () => {
      steps.push("first begins");
      await gate.promise;
      steps.push("first ends");
    });
    const second = lock.run("a", async () => void steps.push("second"));
    await lock.run("b", async () => void steps.push("other key"));
    gate.settle();
    await Promise.all([first, second]);
    expect(steps).toEqual(["first begins", "other key", "first ends", "second"]);
  });

  test("a task that fails rejects its caller only", async () => {
    const lock = new KeyedLock();
    const failed = lock.run("a", () => Promise.reject(new Error("broken")));
    const next = lock.run("a", async () => "fine");
    await expect(failed).rejects.toThrow("broken");
    await expect(next).resolves.toBe("fine");
  });
});
