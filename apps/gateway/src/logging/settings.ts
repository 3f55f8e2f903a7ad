import { SETTING_DEFAULTS } from "@openclaw/config";
import { isLogLevel, LOG_LEVELS, type LogLevel } from "./levels.ts";

export const CONSOLE_STYLES = ["pretty", "compact", "json"] as const;
export type ConsoleStyle = (typeof CONSOLE_STYLES)[number];

/** Everything the operator decided about logs. Docs: configuration.md#logging */
export interface LoggingSettings {
  readonly fileLevel: LogLevel;
  /** A file of the operator's choice instead of the daily one. */
  readonly file?: string;
  /** A file larger than this is set aside under a number. */
  readonly maxFileBytes: number;
  /** All files of this gateway together. */
  readonly maxTotalBytes: number;
  readonly maxAgeDays: number;
  readonly consoleLevel: LogLevel;
  readonly consoleStyle: ConsoleStyle;
  readonly isRedacting: boolean;
  /** Replaces the built-in list. */
  readonly redactPatterns?: readonly string[];
  /** Settings that were ignored, one sentence each. */
  readonly problems: readonly string[];
}

/** Where the settings come from. */
export interface LoggingSources {
  /** The `logging` section as written: read leniently, so that logs work with an invalid configuration. */
  readonly section: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isVerbose: boolean;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
}

/** Resolves the settings: variable, then `--verbose` (console only), then configuration, then default. */
export function resolveLoggingSettings(sources: LoggingSources): LoggingSettings {
  const section = isRecord(sources.section) ? sources.section : {};
  const override = readOverride(sources.env["OPENCLAW_LOG_LEVEL"]);
  const forced = sources.isVerbose ? "debug" : undefined;
  const { file, redactPatterns } = section;
  const isPatternList =
    Array.isArray(redactPatterns) && redactPatterns.every((pattern) => typeof pattern === "string");
  return {
    fileLevel: override.level ?? levelOf(section["level"]) ?? SETTING_DEFAULTS["logging.level"],
    ...(typeof file === "string" && file.trim() !== "" && { file: file.trim() }),
    maxFileBytes: positive(section["maxFileBytes"]) ?? SETTING_DEFAULTS["logging.maxFileBytes"],
    maxTotalBytes: positive(section["maxTotalBytes"]) ?? SETTING_DEFAULTS["logging.maxTotalBytes"],
    maxAgeDays: positive(section["maxAgeDays"]) ?? SETTING_DEFAULTS["logging.maxAgeDays"],
    consoleLevel:
      override.level ??
      forced ??
      levelOf(section["consoleLevel"]) ??
      SETTING_DEFAULTS["logging.consoleLevel"],
    consoleStyle: styleOf(section["consoleStyle"]) ?? (sources.isTerminal ? "pretty" : "compact"),
    isRedacting: section["redactSensitive"] !== "off",
    ...(isPatternList && { redactPatterns }),
    problems: override.problems,
  };
}

function readOverride(value: string | undefined): {
  readonly level?: LogLevel;
  readonly problems: readonly string[];
} {
  if (value === undefined || value.trim() === "") return { problems: [] };
  if (isLogLevel(value)) return { level: value, problems: [] };
  const shown = JSON.stringify(value.slice(0, 64));
  return { problems: [`Ignoring invalid OPENCLAW_LOG_LEVEL=${shown} (allowed: ${LOG_LEVELS.join("|")}).`] };
}

function levelOf(value: unknown): LogLevel | undefined {
  return isLogLevel(value) ? value : undefined;
}

function styleOf(value: unknown): ConsoleStyle | undefined {
  return CONSOLE_STYLES.find((style) => style === value);
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
