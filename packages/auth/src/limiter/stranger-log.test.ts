import { expect, test } from "vitest";
import { StrangerLog } from "./stranger-log.ts";

function memory() {
  const lines: unknown[][] = [];
  const write =
    (level: string) =>
    (...parts: unknown[]) =>
      void lines.push([level, ...parts]);
  let now = 0;
  const log = new StrangerLog(
    { debug: write("debug"), warn: write("warn"), error: write("error") },
    () => now,
  );
  return { lines, log, advance: (ms: number) => void (now += ms) };
}

test("T-DOS-11 every client has twenty lines a minute, whatever their kind; the rest is counted", () => {
  const { lines, log, advance } = memory();
  for (let each = 0; each < 30; each += 1) log.of("10.0.0.1")[each % 2 ? "warn" : "error"]("loud", { each });
  expect(lines).toHaveLength(20);
  // Another spelling is the same client; another client is not kept quiet.
  log.of("::ffff:10.0.0.1").debug("loud", {});
  log.of("10.0.0.2").warn("quiet", {});
  expect(lines.at(-1)).toEqual(["warn", "quiet", {}]);
  advance(60_000);
  log.of("10.0.0.1").warn("again", {});
  expect(lines.slice(-2)).toEqual([
    ["warn", "more refusals were not logged", { count: 11 }],
    ["warn", "again", {}],
  ]);
});

test("T-DOS-11 a crowd of clients has a hundred lines a minute together", () => {
  const { lines, log } = memory();
  for (let each = 0; each < 5_000; each += 1) log.of(`10.0.${each >> 8}.${each & 255}`).warn("one", {});
  expect(lines).toHaveLength(100);
});
