import { basename, dirname, join } from "node:path";

/** Names of the files one gateway logs to. */
export interface LogFileNames {
  /** File for records of a moment. */
  pathAt(time: Date): string;
  readonly folder: string;
  /** Whether a file name of the folder is one of ours, numbered ones included. */
  isOurs(name: string): boolean;
}

/** A new file each local day: `openclaw-2026-11-22.log`, with the profile's name in between. */
export function dailyNames(folder: string, profile: string | undefined): LogFileNames {
  const prefix = profile === undefined ? "openclaw-" : `openclaw-${profile}-`;
  const own = new RegExp(`^${escape(prefix)}\\d{4}-\\d{2}-\\d{2}\\.log(?:\\.\\d+)?$`);
  return {
    folder,
    pathAt: (time) => join(folder, `${prefix}${localDate(time)}.log`),
    isOurs: (name) => own.test(name),
  };
}

/** One file of the operator's choice. */
export function fixedName(path: string): LogFileNames {
  const own = new RegExp(`^${escape(basename(path))}(?:\\.\\d+)?$`);
  return { folder: dirname(path), pathAt: () => path, isOurs: (name) => own.test(name) };
}

function localDate(time: Date): string {
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${time.getFullYear()}-${month}-${day}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
