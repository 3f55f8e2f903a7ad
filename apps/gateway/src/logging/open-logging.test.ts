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
    isJournal: false,
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

  test("goes on with other settings: level, file and what is masked; secrets stay masked", async () => {
    await using folder = await temporaryFolder();
    const { logging, err } = await open(folder.path, { section: { file: "~/one.log" } });
    const logger = logging.subsystem("gateway");
    logging.addSecret("the-secret-of-this-process");
    logger.info("before");
    logger.debug("too quiet");
    const take = await logging.prepare({
      section: { file: "~/two.log", level: "debug", consoleStyle: "json", redactPatterns: ["/canary/"] },
      env: {},
    });
    logger.info("still before");
    take();
    logger.debug("quiet canary the-secret-of-this-process");
    await logging.flush();
    const read = (name: string) => readFile(join(folder.path, "home", name), "utf8");
    expect(await read("one.log")).toMatch(/"before".*\n.*"still before".*\n$/);
    const two = await read("two.log");
    expect(two).toContain('"quiet ');
    expect(two).not.toMatch(/canary|the-secret/);
    expect(logging.filePath).toBe(join(folder.path, "home", "two.log"));
    expect(logging.settings()).toMatchObject({ fileLevel: "debug", consoleStyle: "json" });
    expect(err).toEqual([]);
  });

  test("says again what it ignores only when that is another thing", async () => {
    await using folder = await temporaryFolder();
    const { logging, err } = await open(folder.path, { env: { OPENCLAW_LOG_LEVEL: "loud" } });
    for (const level of ["loud", "debug", "louder"])
      (await logging.prepare({ section: {}, env: { OPENCLAW_LOG_LEVEL: level } }))();
    expect(err.map((line) => /LEVEL="(\w+)"/.exec(line)?.[1])).toEqual(["loud", "louder"]);
  });
});
