import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LOG_LEVELS } from "./levels.ts";
import { resolveLoggingSettings, type LoggingSources } from "./settings.ts";

const settings = (sources: Partial<LoggingSources> = {}) =>
  resolveLoggingSettings({ section: {}, env: {}, isVerbose: false, isTerminal: false, ...sources });

describe("resolveLoggingSettings", () => {
  test("defaults to info, compact, and a hundred MiB for a week", () => {
    expect(settings()).toEqual({
      fileLevel: "info",
      maxFileBytes: 20 * 1024 * 1024,
      maxTotalBytes: 100 * 1024 * 1024,
      maxAgeDays: 7,
      consoleLevel: "info",
      consoleStyle: "compact",
      isRedacting: true,
      problems: [],
    });
  });

  test("prefers the variable to --verbose, that to the configuration, that to the default", () => {
    const level = fc.option(fc.constantFrom(...LOG_LEVELS), { nil: undefined });
    fc.assert(
      fc.property(level, fc.boolean(), level, level, (variable, isVerbose, file, console) => {
        const section = { ...(file && { level: file }), ...(console && { consoleLevel: console }) };
        const env = variable === undefined ? {} : { OPENCLAW_LOG_LEVEL: variable };
        const { fileLevel, consoleLevel } = settings({ section, env, isVerbose });
        expect(fileLevel).toBe(variable ?? file ?? "info");
        expect(consoleLevel).toBe(variable ?? (isVerbose ? "debug" : undefined) ?? console ?? "info");
      }),
      { seed: 20261122 },
    );
  });

  test("names a bad variable once and ignores it; upper case is bad", () => {
    const { fileLevel, problems } = settings({
      env: { OPENCLAW_LOG_LEVEL: "DEBUG" },
      section: { level: "warn" },
    });
    expect(fileLevel).toBe("warn");
    expect(problems).toEqual([
      'Ignoring invalid OPENCLAW_LOG_LEVEL="DEBUG" (allowed: silent|fatal|error|warn|info|debug|trace).',
    ]);
  });

  test("is pretty on a terminal unless the configuration wants another style", () => {
    expect(settings({ isTerminal: true }).consoleStyle).toBe("pretty");
    expect(settings({ isTerminal: true, section: { consoleStyle: "json" } }).consoleStyle).toBe("json");
  });

  test.each([
    [undefined],
    [null],
    ["x"],
    [[]],
    [{ level: 7, file: " ", maxFileBytes: -1, redactPatterns: [1], consoleStyle: "x" }],
  ])("works with a section that would never validate: %j", (section) => {
    expect(settings({ section })).toEqual(settings());
  });
});
