/** Severities by name, in the order of their ids in the log file; `silent` writes nothing. */
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

/** A threshold as configured. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Severity of a record. */
export type Severity = Exclude<LogLevel, "silent">;

/** `_meta.logLevelId` of the file. */
export const SEVERITY_IDS: Readonly<Record<Severity, number>> = Object.freeze({
  trace: 1,
  debug: 2,
  info: 3,
  warn: 4,
  error: 5,
  fatal: 6,
});

const NOTHING = 7;

/** Lowest id that passes a threshold: a record is written when its severity is at or above the level. */
export function thresholdId(level: LogLevel): number {
  return level === "silent" ? NOTHING : SEVERITY_IDS[level];
}

/** Whether a word is a level; exact lower case only. */
export function isLogLevel(word: unknown): word is LogLevel {
  return LOG_LEVELS.some((level) => level === word);
}
