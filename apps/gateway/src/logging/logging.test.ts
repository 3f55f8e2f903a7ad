import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fixedName, LogFile } from "@openclaw/logs";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { LOG_LEVELS, SEVERITY_IDS, type LogLevel, type Severity } from "./levels.ts";
import { createLogging, type Logging } from "./logging.ts";
import { createRedactor } from "./redactor.ts";

interface TestLogging extends AsyncDisposable {
  readonly logging: Logging;
  readonly out: string[];
  readonly err: string[];
  /** Flushes and reads the file as objects. */
  lines(): Promise<Record<string, unknown>[]>;
}

async function testLogging(
  levels: { fileLevel?: LogLevel; consoleLevel?: LogLevel } = {},
  redactor = createRedactor({ isRedacting: true }),
): Promise<TestLogging> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "test.log");
  const [out, err]: [string[], string[]] = [[], []];
  const logging = createLogging({
    choice: () => ({
      levels: { fileLevel: "info", consoleLevel: "info", ...levels },
      format: { style: "compact", hasColour: false },
    }),
    file: new LogFile({ maxFileBytes: 1e6, maxTotalBytes: 1e7, maxAgeDays: 1, names: fixedName(path) }),
    console: { out: (line) => out.push(line), err: (line) => err.push(line) },
    redactor,
  });
  const lines = async () => {
    await logging.flush();
    const text = await readFile(path, "utf8").catch(() => "");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { logging, out, err, lines, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const SEVERITIES = ["debug", "info", "warn", "error", "fatal"] as const satisfies readonly Severity[];

describe("createLogging", () => {
  test("writes lines in the shape that tools parse", async () => {
    await using t = await testLogging();
    t.logging.subsystem("gateway/ws").info("→ hello-ok", { methods: 91 });
    t.logging.subsystem("gateway").warn("no meta");
    const [first, second] = await t.lines();
    expect(first).toEqual({
      "0": '{"subsystem":"gateway/ws"}',
      "1": { methods: 91 },
      "2": "→ hello-ok",
      _meta: {
        runtime: "node",
        runtimeVersion: expect.any(String),
        hostname: expect.any(String),
        name: '{"subsystem":"gateway/ws"}',
        parentNames: ["openclaw"],
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        logLevelId: 3,
        logLevelName: "INFO",
        pid: process.pid,
        seq: 1,
      },
      time: expect.any(String),
    });
    expect(Object.keys(first ?? {}).at(-1)).toBe("time");
    expect(first?.["time"]).toBe((first?.["_meta"] as { date: string }).date);
    expect(second).toMatchObject({
      "0": '{"subsystem":"gateway"}',
      "1": "no meta",
      _meta: { logLevelId: 4, logLevelName: "WARN", seq: 2 },
    });
  });

  test.each(LOG_LEVELS)(
    "writes at level %s what is at or above it, to the file and to the console",
    async (level) => {
      const expected = SEVERITIES.filter(
        (severity) => level !== "silent" && SEVERITY_IDS[severity] >= SEVERITY_IDS[level],
      );
      await using toFile = await testLogging({ fileLevel: level, consoleLevel: "silent" });
      await using toConsole = await testLogging({ fileLevel: "silent", consoleLevel: level });
      for (const severity of SEVERITIES) {
        toFile.logging.subsystem("x")[severity](severity);
        toConsole.logging.subsystem("x")[severity](severity);
      }
      expect((await toFile.lines()).map((line) => line["1"])).toEqual(expected);
      expect([...toFile.out, ...toFile.err]).toEqual([]);
      expect([...toConsole.out, ...toConsole.err].map((line) => line.split(" ").at(-1))).toEqual(expected);
      expect(await toConsole.lines()).toEqual([]);
    },
  );

  test("sends problems to standard error and the rest to standard output", async () => {
    await using t = await testLogging({ consoleLevel: "debug" });
    for (const severity of SEVERITIES) t.logging.subsystem("x")[severity](severity);
    expect(t.out.map((line) => line.split(" ").at(-1))).toEqual(["debug", "info"]);
    expect(t.err.map((line) => line.split(" ").at(-1))).toEqual(["warn", "error", "fatal"]);
  });

  test("T-LOG-03 keeps a canary out of every sink", async () => {
    await using t = await testLogging({ consoleLevel: "debug", fileLevel: "debug" });
    const canary = "canary-0123456789-canary";
    t.logging.addSecret(canary);
    const logger = t.logging.subsystem("gateway");
    logger.error(`failed with ${canary}`, {
      error: new Error(canary),
      deep: [{ url: `ws://h/#token=${canary}` }],
    });
    logger.info("ok", { token: "x", authorization: `Bearer ${canary}` });
    const everything = JSON.stringify([
      await t.lines(),
      t.out,
      t.err,
      t.logging.recentLines(),
      t.logging.redact(canary),
    ]);
    expect(everything).not.toContain(canary);
    expect(everything).toContain("failed with ***");
  });

  test("T-LOG-03 hides secrets of the traffic even where redaction is off", async () => {
    await using t = await testLogging({}, createRedactor({ isRedacting: false }));
    for (const name of ["gateway/ws", "gateway"])
      t.logging.subsystem(name).info("errorMessage=bad Bearer abcdefghij0123456789", { token: "x" });
    expect(await t.lines()).toMatchObject([
      { "1": { token: "***" }, "2": "errorMessage=bad Bearer abcdef…6789" },
      { "1": { token: "x" }, "2": "errorMessage=bad Bearer abcdefghij0123456789" },
    ]);
  });

  test("T-LOG-01 keeps hostile text on one line of each sink", async () => {
    await using t = await testLogging();
    t.logging.subsystem("gateway").warn("origin \u001b[2J\nfake line", { origin: "a\r\nb" });
    expect(await t.lines()).toMatchObject([{ "1": { origin: "a b" }, "2": "origin  fake line" }]);
    expect(t.err).toHaveLength(1);
    expect(t.err[0]).toMatch(/origin {2}fake line$/);
  });

  test("T-DOS-14 folds repeats in every sink", async () => {
    await using t = await testLogging();
    for (let i = 0; i < 1_000; i++) t.logging.subsystem("x").error("boom");
    t.logging.subsystem("x").info("next");
    expect((await t.lines()).map((line) => line["1"])).toEqual([
      "boom",
      "last message repeated 999 times",
      "next",
    ]);
    expect(t.err).toHaveLength(2);
  });

  test("shows the console's own text there and the original in the file", async () => {
    await using t = await testLogging();
    t.logging.subsystem("x").info("the long story", { consoleMessage: "short", n: 1 });
    expect(t.out[0]).toMatch(/\[x\] short$/);
    expect(await t.lines()).toMatchObject([{ "1": { n: 1 }, "2": "the long story" }]);
  });

  test("keeps what was printed already in the file only", async () => {
    await using t = await testLogging();
    t.logging.keep("gateway", "refusing to bind");
    expect(await t.lines()).toMatchObject([{ "1": "refusing to bind", _meta: { logLevelName: "ERROR" } }]);
    expect(t.err).toEqual([]);
  });

  test("remembers the newest two hundred lines for a crash report", async () => {
    await using t = await testLogging();
    for (let i = 0; i < 250; i++) t.logging.subsystem("x").info(`line ${i}`);
    const lines = t.logging.recentLines().map((line) => (JSON.parse(line) as Record<string, unknown>)["1"]);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([200, "line 50", "line 249"]);
  });
});
