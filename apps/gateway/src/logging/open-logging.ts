import { join } from "node:path";
import { chosenName, dailyNames, LogFile, resolveLogFolder, type LogFileNames } from "@openclaw/logs";
import { wantsColour } from "./console-format.ts";
import { createLogging, type ConsoleStreams, type Logging, type LoggingChoice } from "./logging.ts";
import { createRedactor, type RedactorOptions } from "./redactor.ts";
import { type LoggingSettings, type LoggingSources, resolveLoggingSettings } from "./settings.ts";

/** What logs of a process may follow anew while it runs. */
export type LoggingSource = Pick<LoggingSources, "section" | "env">;

/** What opening the logs needs to know about this process. */
export interface OpenLoggingOptions extends LoggingSource {
  readonly isVerbose: boolean;
  /** Whether either standard stream is a terminal, and whether standard output is. */
  readonly terminal: { readonly any: boolean; readonly out: boolean };
  /** Whether both go to a journal that has a time for each line. */
  readonly isJournal: boolean;
  readonly profile: string | undefined;
  readonly home: string;
  readonly stateDir: string;
  readonly tmpDir: string;
  readonly uid: number | undefined;
  readonly console: ConsoleStreams;
}

/** The logs of a process and how they are set up. */
export interface OpenedLogging extends Logging {
  readonly settings: () => LoggingSettings;
  /** Makes ready for other settings; the function that comes of it puts them in force. */
  prepare(source: LoggingSource): Promise<() => void>;
}

/** Settings with what follows from them. */
interface Setup extends LoggingChoice {
  readonly settings: LoggingSettings;
  readonly names: LogFileNames;
  readonly redaction: RedactorOptions;
}

/** Opens the logs: settings, folder, sinks. What is wrong with the settings goes to standard error. */
export async function openLogging(options: OpenLoggingOptions): Promise<OpenedLogging> {
  const note = (text: string) => options.console.err(`[openclaw] ${text}`);
  const noteProblems = ({ settings }: Setup) => settings.problems.forEach(note);
  const onHealth = (error: unknown) =>
    note(error === undefined ? "log file is written again" : `log file cannot be written: ${String(error)}`);
  let current = await setUp(options, options);
  noteProblems(current);
  const file = new LogFile({ ...current.settings, names: current.names, onHealth });
  const redactor = createRedactor(current.redaction);
  const logging = createLogging({ file, redactor, console: options.console, choice: () => current });
  return Object.assign(logging, {
    settings: () => current.settings,
    prepare: async (source: LoggingSource) => {
      const next = await setUp(source, options);
      return () => {
        // What was said at the start need not be said at every edit.
        if (String(next.settings.problems) !== String(current.settings.problems)) noteProblems(next);
        current = next;
        file.use({ ...next.settings, names: next.names });
        redactor.use(next.redaction);
      };
    },
  });
}

async function setUp({ section, env }: LoggingSource, options: OpenLoggingOptions): Promise<Setup> {
  const { isVerbose, terminal } = options;
  const settings = resolveLoggingSettings({ section, env, isVerbose, isTerminal: terminal.out });
  const { isRedacting, redactPatterns: patterns } = settings;
  return {
    settings,
    levels: settings,
    format: {
      style: settings.consoleStyle,
      hasColour: wantsColour(env, terminal.any),
      isTimed: options.isJournal,
    },
    names: await fileNames(settings, options),
    redaction: { isRedacting, ...(patterns !== undefined && { patterns }) },
  };
}

async function fileNames(settings: LoggingSettings, options: OpenLoggingOptions): Promise<LogFileNames> {
  const { file } = settings;
  const { stateDir, tmpDir, uid, profile } = options;
  if (file !== undefined) return chosenName(file, options);
  return dailyNames(await resolveLogFolder({ tmpDir, uid, fallback: join(stateDir, "logs") }), profile);
}
