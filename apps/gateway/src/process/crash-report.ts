import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is known about a crash. */
export interface CrashReport {
  readonly version: string;
  /** ISO time. */
  readonly ts: string;
  readonly reason: string;
  readonly stack: string;
  /** Absent when only the supervisor saw the end. */
  readonly uptimeMs?: number;
  readonly rssBytes?: number;
  /** Newest lines of the log, redacted. */
  readonly lastLines: readonly string[];
}

const KEPT = 10;
const REPORTED = ".reported";
const REPORT_NAME = /^\d{4}-\d{2}-\d{2}T[\d.-]+Z\.json$/;

/**
 * Writes a report to `<state>/crash` and keeps the newest ten. Synchronous, because the process ends right after;
 * failing to write must not hide the crash itself, so it returns undefined then.
 *
 * Docs: troubleshooting.md#state
 */
export function writeCrashReport(stateDir: string, report: CrashReport): string | undefined {
  const folder = join(stateDir, "crash");
  // Colons are no file name everywhere.
  const path = join(folder, `${report.ts.replaceAll(":", "-")}.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    const reports = readdirSync(folder).filter((name) => REPORT_NAME.test(name));
    for (const name of reports.sort().slice(0, -KEPT)) rmSync(join(folder, name), { force: true });
    return path;
  } catch {
    return undefined;
  }
}

/** The newest report if no start has mentioned it yet; remembers that this one did. */
export async function takeUnreportedCrash(stateDir: string): Promise<string | undefined> {
  const folder = join(stateDir, "crash");
  const names = await readdir(folder).catch(() => []);
  const newest = names
    .filter((name) => REPORT_NAME.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) return undefined;
  const seen = await readFile(join(folder, REPORTED), "utf8").catch(() => "");
  if (seen.trim() === newest) return undefined;
  await writeFile(join(folder, REPORTED), `${newest}\n`, { mode: 0o600 }).catch(() => {});
  return join(folder, newest);
}
