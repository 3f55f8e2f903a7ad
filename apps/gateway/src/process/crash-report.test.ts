import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { takeUnreportedCrash, writeCrashReport } from "./crash-report.ts";

const report = (ts: string) => ({
  version: "1",
  ts,
  reason: "boom",
  stack: "Error: boom",
  uptimeMs: 1,
  rssBytes: 2,
  lastLines: ["{}"],
});

describe("writeCrashReport", () => {
  test("T-CFG-08 writes a report that only its owner can read", async () => {
    await using folder = await temporaryFolder();
    const path = writeCrashReport(folder.path, report("2026-11-22T12:00:00.000Z"));
    expect(path).toBe(join(folder.path, "crash", "2026-11-22T12-00-00.000Z.json"));
    expect(JSON.parse(await readFile(path ?? "", "utf8"))).toEqual(report("2026-11-22T12:00:00.000Z"));
    expect((await stat(path ?? "")).mode & 0o777).toBe(0o600);
  });

  test("keeps the newest ten", async () => {
    await using folder = await temporaryFolder();
    for (let minute = 10; minute < 22; minute++)
      writeCrashReport(folder.path, report(`2026-11-22T12:${minute}:00.000Z`));
    const names = await readdir(join(folder.path, "crash"));
    expect([names.length, names.sort()[0]]).toEqual([10, "2026-11-22T12-12-00.000Z.json"]);
  });

  test("hides no crash behind a disk that fails", () => {
    expect(writeCrashReport("/dev/null", report("2026-11-22T12:00:00.000Z"))).toBeUndefined();
  });
});

describe("takeUnreportedCrash", () => {
  test("names the newest report once", async () => {
    await using folder = await temporaryFolder();
    expect(await takeUnreportedCrash(folder.path)).toBeUndefined();
    writeCrashReport(folder.path, report("2026-11-22T12:00:00.000Z"));
    const newest = writeCrashReport(folder.path, report("2026-11-22T13:00:00.000Z"));
    expect(await takeUnreportedCrash(folder.path)).toBe(newest);
    expect(await takeUnreportedCrash(folder.path)).toBeUndefined();
    const next = writeCrashReport(folder.path, report("2026-11-22T14:00:00.000Z"));
    expect(await takeUnreportedCrash(folder.path)).toBe(next);
  });
});
