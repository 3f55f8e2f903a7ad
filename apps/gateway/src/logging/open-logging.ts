import { isAbsolute, join, resolve } from "node:path";
import { wantsColour } from "./console-format.ts";
import { dailyNames, fixedName, type LogFileNames } from "./log-file-name.ts";
import { LogFile } from "./log-file.ts";
import { resolveLogFolder } from "./log-folder.ts";
import { createLogging, type ConsoleStreams, type Logging } from "./logging.ts";
import { createRedactor } from "./redactor.ts";
import { resolveLoggingSettings, type LoggingSettings } from "./settings.ts";

/** What opening the logs needs to know about this process. */
export interface OpenLoggingOptions {
  /** The `logging` section of the configuration as written. */
  readonly section: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isVerbose: boolean;
  /** Whether either standard stream is a terminal, and whether standard output is. */
  readonly terminal: { readonly any: boolean; readonly out: boolean };
  readonly profile: string | undefined;
  readonly home: string;
  readonly stateDir: string;
  readonly tmpDir: string;
  readonly uid: number | undefined;
  readonly console: ConsoleStreams;
}

/** The logs of a process and how they were set up. */
export interface OpenedLogging extends Logging {
  readonly settings: LoggingSettings;
}

/** Opens the logs: settings, folder, sinks. What is wrong with the settings goes to standard error. */
export async function openLogging(options: OpenLoggingOptions): Promise<OpenedLogging> {
  const { env, section, isVerbose, terminal } = options;
  const settings = resolveLoggingSettings({ section, env, isVerbose, isTerminal: terminal.out });
  const note = (text: string) => options.console.err(`[openclaw] ${text}`);
  for (const problem of settings.problems) note(problem);
  const names = await fileNames(settings, options);
  const onHealth = (error: unknown) =>
    note(error === undefined ? "log file is written again" : `log file cannot be written: ${String(error)}`);
  const logging = createLogging({
    settings,
    file: new LogFile({ ...settings, names, onHealth }),
    console: options.console,
    format: { style: settings.consoleStyle, hasColour: wantsColour(env, terminal.any) },
    redactor: createRedactor({
      isRedacting: settings.isRedacting,
      ...(settings.redactPatterns !== undefined && { patterns: settings.redactPatterns }),
    }),
  });
  return Object.assign(logging, { settings });
}

async function fileNames(settings: LoggingSettings, options: OpenLoggingOptions): Promise<LogFileNames> {
  const { file } = settings;
  const { home, stateDir, tmpDir, uid, profile } = options;
  if (file !== undefined) {
    const path = file.replace(/^~(?=$|\/)/, home);
    return fixedName(isAbsolute(path) ? path : resolve(stateDir, path));
  }
  return dailyNames(await resolveLogFolder({ tmpDir, uid, fallback: join(stateDir, "logs") }), profile);
}
