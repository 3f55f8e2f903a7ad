import { pid } from "node:process";
import type { LogFile } from "@openclaw/logs";
import { Logger as LoggerCore, type ILogObj } from "tslog";
import { formatLine, type ConsoleFormat } from "./console-format.ts";
import { fileLine } from "./file-line.ts";
import { SEVERITY_IDS, thresholdId, type Severity } from "./levels.ts";
import { toRecord, type LogRecord } from "./record.ts";
import { createRedactor, type Redactor } from "./redactor.ts";
import { RepeatFilter } from "./repeat-filter.ts";
import type { LoggingSettings } from "./settings.ts";

/** What parts of the gateway log with: `logger.info("text", { meta })`. */
export type SubsystemLogger = Pick<Console, "debug" | "info" | "warn" | "error"> & {
  fatal(text: string, meta?: unknown): void;
};

/** Where console lines go. */
export interface ConsoleStreams {
  out(line: string): void;
  err(line: string): void;
}

/** What is written, and how it looks. */
export interface LoggingChoice {
  readonly levels: Pick<LoggingSettings, "fileLevel" | "consoleLevel">;
  readonly format: ConsoleFormat;
}

/** What logging is made of. */
export interface LoggingParts {
  readonly file: LogFile;
  readonly console: ConsoleStreams;
  readonly redactor: Redactor;
  /** The choice in force; asked for every record. */
  readonly choice: () => LoggingChoice;
}

/** The logs of one process. */
export interface Logging {
  /** A logger for one part of the gateway, e.g. `gateway/ws`. */
  subsystem(name: string): SubsystemLogger;
  /** File that a record of now goes to. */
  readonly filePath: string;
  /** Registers a secret that must never appear, however it gets into a text. */
  addSecret(secret: string | undefined): void;
  /** Keeps a line in the file only, because it was printed already. */
  keep(subsystem: string, text: string): void;
  /** Text without secrets, for what is printed past the loggers. */
  redact(text: string): string;
  /** Newest lines of the file, oldest first, for a crash report. */
  recentLines(): readonly string[];
  flush(): Promise<void>;
  /** For a process that ends now: writes what is left without waiting. */
  flushSync(): void;
}

// What clients send is nobody's own text: its secrets are hidden whatever is set.
const TRAFFIC = "gateway/ws";
const RECENT_LINES = 200;
const MAX_SUBSYSTEMS = 256;

/** Puts the sinks together. Every record is cleaned, redacted and folded once, before any sink sees it. */
export function createLogging(parts: LoggingParts): Logging {
  const { file, redactor } = parts;
  const strict = alwaysRedacting(redactor);
  const recent: string[] = [];
  const remember = (line: string) => {
    if (recent.push(line) > RECENT_LINES) recent.shift();
  };
  const core = createCore(parts, remember);
  const repeats = new RepeatFilter((record) => core.write(record));
  const log = (subsystem: string, severity: Severity) => (text?: unknown, meta?: unknown) => {
    const { fileLevel, consoleLevel } = parts.choice().levels;
    const id = SEVERITY_IDS[severity];
    if (id < thresholdId(fileLevel) && id < thresholdId(consoleLevel)) return;
    repeats.push(toRecord({ severity, subsystem, text, meta }, subsystem === TRAFFIC ? strict : redactor));
  };
  return {
    subsystem: (name) => ({
      debug: log(name, "debug"),
      info: log(name, "info"),
      warn: log(name, "warn"),
      error: log(name, "error"),
      fatal: log(name, "fatal"),
    }),
    get filePath() {
      return file.path;
    },
    addSecret: (secret) => redactor.addSecret(secret),
    keep: (subsystem, text) => core.keep(toRecord({ severity: "error", subsystem, text }, redactor)),
    redact: (text) => redactor.redact(text),
    recentLines: () => [...recent],
    flush: () => {
      repeats.flush();
      return file.flush();
    },
    flushSync: () => {
      repeats.flush();
      file.flushSync();
    },
  };
}

/** A redactor with the built-in patterns on top of those in force. */
function alwaysRedacting(redactor: Redactor): Redactor {
  const builtIn = createRedactor({ isRedacting: true });
  return {
    ...redactor,
    redact: (text) => builtIn.redact(redactor.redact(text)),
    isSecretName: (name) => builtIn.isSecretName(name),
  };
}

/** The logger core numbers the arguments, adds `_meta` and feeds the file; the console is written from the record. */
function createCore(parts: LoggingParts, remember: (line: string) => void) {
  const passes = (id: number, sink: "fileLevel" | "consoleLevel") =>
    id >= thresholdId(parts.choice().levels[sink]);
  let seq = 0;
  const root = new LoggerCore<ILogObj>({
    name: "openclaw",
    type: "hidden",
    hideLogPositionForProduction: true,
    // Records arrive clean; the core's own masking would only copy them once more.
    maskValuesOfKeys: [],
    attachedTransports: [
      (written) => {
        const isKept = passes(written["_meta"]?.logLevelId ?? 0, "fileLevel");
        const line = fileLine(written, isKept ? { pid, seq: ++seq } : undefined);
        remember(line);
        if (isKept) parts.file.write(line);
      },
    ],
  });
  const children = new Map<string, LoggerCore<ILogObj>>();
  const child = (subsystem: string) => {
    const known = children.get(subsystem);
    if (known) return known;
    const binding = JSON.stringify({ subsystem });
    const made = root.getSubLogger({ name: binding, prefix: [binding] });
    if (children.size < MAX_SUBSYSTEMS) children.set(subsystem, made);
    return made;
  };
  const keep = ({ severity, subsystem, message, meta }: LogRecord) => {
    const args = meta === undefined ? [message] : [meta, message];
    return child(subsystem).log(SEVERITY_IDS[severity], severity.toUpperCase(), ...args);
  };
  return {
    keep,
    write: (record: LogRecord) => {
      const written = keep(record);
      if (passes(SEVERITY_IDS[record.severity], "consoleLevel"))
        printLine(parts, record, written?.["_meta"]?.date);
    },
  };
}

function printLine({ console, choice }: LoggingParts, record: LogRecord, time = new Date()): void {
  const line = formatLine(record, time, choice().format);
  const isProblem = SEVERITY_IDS[record.severity] >= SEVERITY_IDS.warn;
  if (isProblem) console.err(line);
  else console.out(line);
}
