import { StoreError } from "@openclaw/store";
import { expect, test } from "vitest";
import { createWriteWatch } from "./write-watch.ts";

const FULL = new StoreError("disk_full");

function setUp() {
  let now = 1_000;
  const lines: string[] = [];
  const log = (level: string) => (text: unknown) => void lines.push(`${level}: ${String(text)}`);
  const watch = createWriteWatch({
    now: () => now,
    logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
  });
  return { watch, lines, wait: (ms: number) => (now += ms) };
}

const wrote = { committed: 1, failed: 0, durationMs: 1 };
const refused = (error: StoreError) => ({ committed: 0, failed: 1, durationMs: 1, error });

test("T-DOS-17 state that cannot be written is told until a write succeeds again", () => {
  const { watch, lines } = setUp();
  expect(watch.isFailing).toBe(false);
  watch.note(refused(FULL));
  watch.note(refused(FULL));
  expect(watch.isFailing).toBe(true);
  watch.note(wrote);
  expect(watch.isFailing).toBe(false);
  expect(lines).toEqual([
    "error: the state cannot be written: no space left for the state file",
    "info: the state can be written again",
  ]);
});

test("without any write to tell, it is worth another try after half a minute", () => {
  const { watch, wait } = setUp();
  watch.note(refused(new StoreError("io")));
  wait(29_999);
  expect(watch.isFailing).toBe(true);
  wait(1);
  expect(watch.isFailing).toBe(false);
  watch.note(refused(FULL));
  expect(watch.isFailing).toBe(true);
});

test("a write that breaks a rule says nothing about the disk", () => {
  const { watch, lines } = setUp();
  watch.note(refused(new StoreError("conflict")));
  watch.note({ committed: 0, failed: 1, durationMs: 1 });
  expect([watch.isFailing, lines]).toEqual([false, []]);
});
