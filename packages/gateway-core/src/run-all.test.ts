import { expect, test } from "vitest";
import { runAll } from "./run-all.ts";

test("runs every step in order, whatever became of those before, and tells the first failure", async () => {
  const done: string[] = [];
  const steps = [
    async () => void done.push("one"),
    () => {
      throw new Error("two failed");
    },
    () => Promise.reject(new Error("three failed")),
    () => void done.push("four"),
  ];
  await expect(runAll(steps)).rejects.toThrow("two failed");
  expect(done).toEqual(["one", "four"]);
});

test("resolves when no step failed", async () => {
  await expect(runAll([() => undefined])).resolves.toBeUndefined();
});
