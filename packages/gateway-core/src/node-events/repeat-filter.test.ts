import { describe, expect, test } from "vitest";
import { RepeatFilter } from "./repeat-filter.ts";

function createBench() {
  const bench = { now: 1_000, done: [] as string[] };
  const filter = new RepeatFilter({ withinMs: 100, now: () => bench.now });
  const say = (sender: string, text: string) =>
    filter.once(sender, text, async () => bench.done.push(`${sender}: ${text}`) > 0);
  return Object.assign(bench, { filter, say });
}

describe("RepeatFilter", () => {
  test("drops what the same sender says again within the time, and nothing else", async () => {
    const bench = createBench();
    expect(await bench.say("a", "hi")).toBe(true);
    bench.now += 99;
    expect(await bench.say("a", "hi")).toBe(false);
    expect(await bench.say("b", "hi")).toBe(true);
    bench.now += 1;
    expect(await bench.say("a", "hi")).toBe(true);
    expect(await bench.say("a", "other")).toBe(true);
    expect(bench.done).toEqual(["a: hi", "b: hi", "a: hi", "a: other"]);
  });

  test("what failed may be said again at once", async () => {
    const bench = createBench();
    const fail = () => Promise.reject(new Error("busy"));
    await expect(bench.filter.once("a", "hi", fail)).rejects.toThrow("busy");
    expect(await bench.say("a", "hi")).toBe(true);
  });

  test("goes on when the clock is set back", async () => {
    const bench = createBench();
    await bench.say("a", "hi");
    bench.now -= 5_000;
    expect(await bench.say("a", "hi")).toBe(true);
  });
});
