import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { openLogging, type OpenLoggingOptions } from "./open-logging.ts";

async function open(folder: string, options: Partial<OpenLoggingOptions> = {}) {
  const err: string[] = [];
  const logging = await openLogging({
    section: {},
    env: {},
    isVerbose: false,
    terminal: { any: false, out: false },
    profile: undefined,
    home: join(folder, "home"),
    stateDir: join(folder, "state"),
    tmpDir: folder,
    uid: undefined,
    console: { out: () => {}, err: (line) => err.push(line) },
    ...options,
  });
  return { logging, err };
}

describe("openLogging", () => {
  test("logs to a daily file in the temporary folder, with the profile's name", async () => {
    await using folder = await temporaryFolder();
    const { logging } = await open(folder.path, { profile: "dev" });
    expect(logging.filePath).toMatch(/\/openclaw\/openclaw-dev-\d{4}-\d\d-\d\d\.log$/);
  });

  test("logs to the file of the operator's choice, making its folder", async () => {
    await using folder = await temporaryFolder();
    const { logging } = await open(folder.path, { section: { file: "~/logs/own.log" } });
    logging.subsystem("gateway").info("here");
    await logging.flush();
    expect(await readFile(join(folder.path, "home", "logs", "own.log"), "utf8")).toContain('"here"');
  });

  test("says on standard error which setting it ignores", async () => {
    await using folder = await temporaryFolder();
    const { err } = await open(folder.path, { env: { OPENCLAW_LOG_LEVEL: "loud" } });
    expect(err).toEqual([
      '[openclaw] Ignoring invalid OPENCLAW_LOG_LEVEL="loud" (allowed: silent|fatal|error|warn|info|debug|trace).',
    ]);
  });

  test("says once on standard error that it cannot write", async () => {
    await using folder = await temporaryFolder();
    const { logging, err } = await open(folder.path, { section: { file: "/dev/null/own.log" } });
    logging.subsystem("x").info("lost");
    await logging.flush();
    expect(err).toEqual([expect.stringMatching(/^\[openclaw\] log file cannot be written: .*EEXIST/)]);
  });
});
