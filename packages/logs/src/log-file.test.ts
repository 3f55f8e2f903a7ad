import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { dailyNames, fixedName, type LogFileNames } from "./log-file-name.ts";
import { LogFile, type LogFileOptions } from "./log-file.ts";

const NOON = Date.parse("2026-11-22T12:00:00Z");
const DAY_MS = 86_400_000;
const sizes = { maxFileBytes: 1_000, maxTotalBytes: 5_000, maxAgeDays: 7 };

const open = (names: LogFileNames, more: Partial<LogFileOptions> = {}) =>
  new LogFile({ ...sizes, names, now: () => NOON, ...more });

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.sort().map(async (name) => [name, (await stat(join(folder, name))).size])),
  );
}

describe("LogFile", () => {
  test("appends whole lines in order", async () => {
    await using folder = await temporaryFolder();
    const file = open(dailyNames(folder.path, undefined));
    for (let i = 0; i < 50; i++) file.write(`line ${i}`);
    await file.flush();
    const text = await readFile(join(folder.path, "openclaw-2026-11-22.log"), "utf8");
    expect(text.split("\n")).toEqual([...Array.from({ length: 50 }, (_, i) => `line ${i}`), ""]);
  });

  test("T-CFG-08 is readable by its owner only, whatever the umask, also when it was not before", async () => {
    await using folder = await temporaryFolder();
    const before = process.umask(0);
    try {
      const path = join(folder.path, "logs", "own.log");
      await mkdir(join(folder.path, "old"), { recursive: true });
      await writeFile(join(folder.path, "old", "own.log"), "", { mode: 0o644 });
      for (const target of [path, join(folder.path, "old", "own.log")]) {
        const file = open(fixedName(target));
        file.write("x");
        await file.flush();
        expect((await stat(target)).mode & 0o777).toBe(0o600);
      }
      expect((await stat(join(folder.path, "logs"))).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  test("starts a new file at local midnight, with the profile in its name", async () => {
    await using folder = await temporaryFolder();
    let now = NOON;
    const file = open(dailyNames(folder.path, "rescue"), { now: () => now });
    file.write("today");
    now += DAY_MS;
    file.write("tomorrow");
    await file.flush();
    expect(await readdir(folder.path)).toEqual([
      "openclaw-rescue-2026-11-22.log",
      "openclaw-rescue-2026-11-23.log",
    ]);
    expect(file.path).toBe(join(folder.path, "openclaw-rescue-2026-11-23.log"));
  });

  test("T-DOS-14 sets full files aside under numbers and never stops writing", async () => {
    await using folder = await temporaryFolder();
    const file = open(fixedName(join(folder.path, "own.log")), { maxTotalBytes: 1_000_000 });
    for (let i = 0; i < 100; i++) {
      file.write(`${i} ${"x".repeat(90)}`);
      if (i % 3 === 0) await file.flush();
    }
    await file.flush();
    const found = await sizesIn(folder.path);
    expect(Object.keys(found)).toEqual(["own.log", "own.log.1", "own.log.2", "own.log.3", "own.log.4"]);
    expect(Math.max(...Object.values(found))).toBeLessThanOrEqual(1_000);
    expect(await readFile(join(folder.path, "own.log"), "utf8")).toMatch(/^\d+ x+\n(.*\n)*99 x+\n$/);
  });

  test("T-DOS-14 keeps all its files together under the total, oldest go first, others' files stay", async () => {
    await using folder = await temporaryFolder();
    const old = (day: number) => join(folder.path, `openclaw-2026-11-${day}.log`);
    for (const [index, day] of [18, 19, 20, 21].entries()) {
      await writeFile(old(day), "y".repeat(1_500));
      await utimes(old(day), new Date(NOON), new Date(NOON - (4 - index) * 3_600_000));
    }
    await writeFile(join(folder.path, "openclaw-rescue-2026-11-01.log"), "z".repeat(9_000));
    const file = open(dailyNames(folder.path, undefined));
    file.write("x");
    await file.flush();
    expect(Object.keys(await sizesIn(folder.path))).toEqual([
      "openclaw-2026-11-20.log",
      "openclaw-2026-11-21.log",
      "openclaw-2026-11-22.log",
      "openclaw-rescue-2026-11-01.log",
    ]);
  });

  test("deletes files older than the limit", async () => {
    await using folder = await temporaryFolder();
    const [old, recent] = ["openclaw-2026-11-10.log", "openclaw-2026-11-16.log.2"].map((name) =>
      join(folder.path, name),
    );
    for (const [path, days] of [
      [old, 8],
      [recent, 6],
    ] as const) {
      await writeFile(path ?? "", "x");
      await utimes(path ?? "", new Date(NOON), new Date(NOON - days * DAY_MS));
    }
    const file = open(dailyNames(folder.path, undefined));
    file.write("x");
    await file.flush();
    expect(await readdir(folder.path)).toEqual(["openclaw-2026-11-16.log.2", "openclaw-2026-11-22.log"]);
  });

  test("goes on when somebody deletes the file or its folder", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "logs", "own.log");
    const file = open(fixedName(path));
    file.write("one");
    await file.flush();
    await rm(path);
    file.write("two");
    await file.flush();
    expect(await readFile(path, "utf8")).toBe("two\n");
  });

  test("reports a disk that fails once, and once that it works again", async () => {
    await using folder = await temporaryFolder();
    const blocked = join(folder.path, "logs");
    await writeFile(blocked, "not a folder");
    const reports: unknown[] = [];
    const file = open(fixedName(join(blocked, "own.log")), { onHealth: (error) => reports.push(error) });
    for (const line of ["a", "b"]) {
      file.write(line);
      await file.flush();
    }
    await rm(blocked);
    file.write("c");
    await file.flush();
    expect(reports).toEqual([expect.any(Error), undefined]);
    expect(await readFile(join(blocked, "own.log"), "utf8")).toBe("c\n");
  });

  test("T-DOS-14 drops and counts lines rather than fill memory while the disk hangs", async () => {
    await using folder = await temporaryFolder();
    const file = open(fixedName(join(folder.path, "own.log")), { maxFileBytes: 1e9, maxTotalBytes: 1e9 });
    for (let i = 0; i < 10; i++) file.write("x".repeat(1024 * 1024));
    await file.flush();
    const lines = (await readFile(join(folder.path, "own.log"), "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(8);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      level: "warn",
      message: "3 log records were dropped: the disk could not keep up",
    });
  });

  test("writes what is left at once when the process ends now", async () => {
    await using folder = await temporaryFolder();
    const file = open(fixedName(join(folder.path, "own.log")));
    file.write("last words");
    file.flushSync();
    expect(await readFile(join(folder.path, "own.log"), "utf8")).toBe("last words\n");
  });
});
