import { closeSync, fstatSync, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isJournal } from "./journal.ts";

describe("isJournal", () => {
  test("believes the variable only for the very stream it names", () => {
    const fd = openSync("/dev/null", "r");
    const { dev, ino } = fstatSync(fd);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, fd)).toBe(true);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino + 1}` }, fd)).toBe(false);
    expect(isJournal({}, fd)).toBe(false);
    closeSync(fd);
    expect(isJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, fd)).toBe(false);
  });
});
