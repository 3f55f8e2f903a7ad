import { basename, dirname, join, resolve } from "node:path";

/** Names of the files one gateway logs to. */
export interface LogFileNames {
  /** File for records of a moment. */
  pathAt(time: Date): string;
  readonly folder: string;
  /** Whether a file name of the folder is one of ours, numbered ones included. */
  isOurs(name: string): boolean;
}

/** Highest number of a file that was set aside; `.1` is the newest. */
export const OLDEST_NUMBER = 4;

/** A new file each local day: `openclaw-2026-11-22.log`, with the profile's name in between. */
export function dailyNames(folder: string, profile: string | undefined): LogFileNames {
  return dailySeries(folder, profile === undefined ? "openclaw-" : `openclaw-${profile}-`);
}

/** The file an operator chose, as it was written: `~` is the home folder, other relative paths lie in the state folder. */
export function chosenName(
  file: string,
  { home, stateDir }: { readonly home: string; readonly stateDir: string },
): LogFileNames {
  return fixedName(resolve(stateDir, file.replace(/^~(?=$|\/)/, home)));
}

/** One file at a path. */
export function fixedName(path: string): LogFileNames {
  const own = new RegExp(`^${escape(basename(path))}(?:\\.\\d+)?$`);
  return { folder: dirname(path), pathAt: () => path, isOurs: (name) => own.test(name) };
}

/** Names of the files that a known one belongs to. */
export function logNames(path: string): LogFileNames {
  const prefix = /^(.*-)\d{4}-\d{2}-\d{2}\.log$/.exec(basename(path))?.[1];
  return prefix === undefined ? fixedName(path) : dailySeries(dirname(path), prefix);
}

/** Name of a file before it was set aside under a number. */
export function withoutNumber(name: string): string {
  return name.replace(/\.\d+$/, "");
}

function dailySeries(folder: string, prefix: string): LogFileNames {
  const own = new RegExp(`^${escape(prefix)}\\d{4}-\\d{2}-\\d{2}\\.log(?:\\.\\d+)?$`);
  return {
    folder,
    pathAt: (time) => join(folder, `${prefix}${localDate(time)}.log`),
    isOurs: (name) => own.test(name),
  };
}

function localDate(time: Date): string {
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${time.getFullYear()}-${month}-${day}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
