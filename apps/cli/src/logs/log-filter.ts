import { parseDuration } from "../output/duration.ts";
import type { LogLine } from "./log-line.ts";

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Filter options as typed. */
export interface FilterFlags {
  readonly level?: string;
  readonly subsystem?: string;
  /** A duration back from now, or an ISO time. */
  readonly since?: string;
}

/** A test for log lines, or what is wrong with the options. */
export type LogFilter =
  | {
      readonly ok: true;
      readonly accepts: (line: LogLine | undefined) => boolean;
      /** Whether a line is older than what is asked for. */
      readonly isBefore: (line: LogLine | undefined) => boolean;
      /** Nothing is asked for: every line is shown. */
      readonly isOpen: boolean;
    }
  | { readonly ok: false; readonly message: string };

/** Builds the filter. Lines that cannot be read pass only when nothing is asked for. */
export function logFilter({ level, subsystem, since }: FilterFlags, nowMs: number): LogFilter {
  const lowest = level === undefined ? 0 : LEVELS.indexOf(level.toLowerCase());
  if (lowest < 0) return { ok: false, message: `invalid --level: ${level} (use ${LEVELS.join(", ")})` };
  const from = since === undefined ? undefined : startTime(since, nowMs);
  if (Number.isNaN(from))
    return { ok: false, message: `invalid --since: ${since} (use 10m, 2h or an ISO time)` };
  const isOpen = level === undefined && subsystem === undefined && since === undefined;
  const isBefore = (line: LogLine | undefined) =>
    from !== undefined && line !== undefined && Date.parse(line.time) < from;
  const accepts = (line: LogLine | undefined) => {
    if (!line) return isOpen;
    if (LEVELS.includes(line.level) && LEVELS.indexOf(line.level) < lowest) return false;
    if (subsystem !== undefined && !isWithin(line.subsystem ?? line.module ?? "", subsystem)) return false;
    return !isBefore(line);
  };
  return { ok: true, accepts, isBefore, isOpen };
}

function startTime(since: string, nowMs: number): number {
  const back = parseDuration(since);
  return back === undefined ? Date.parse(since) : nowMs - back;
}

function isWithin(name: string, parent: string): boolean {
  return name === parent || name.startsWith(`${parent}/`);
}
