import type { Methods } from "@openclaw/client";

import { parseLogLine, type LogLine } from "./log-line.ts";
import { MOST_BYTES, type LogBounds } from "./log-source.ts";

type LogsTail = Methods["logs.tail"]["result"];

/** Which lines of a log a reader wants to see. */
export interface LogWishes {
  readonly accepts: (line: LogLine | undefined) => boolean;
  /** Whether a line is older than what is wanted. */
  readonly isBefore: (line: LogLine | undefined) => boolean;
  /** How many of the newest there are to be. */
  readonly limit: number;
  /** How far back the log was read for them. */
  readonly bounds: LogBounds;
}

/** The end of a log that is to be shown. */
export interface NewestLines {
  /** From the first line that is wanted on: none is left out in between. */
  readonly lines: readonly string[];
  /** What to do about more that is wanted and may lie further back. */
  readonly notice?: string;
}

/** Picks what a reader wants of the end of a log. */
export function newestWanted(
  { lines, truncated }: Pick<LogsTail, "lines" | "truncated">,
  { accepts, isBefore, limit, bounds }: LogWishes,
): NewestLines {
  const read = lines.map(parseLogLine);
  const wanted = read.flatMap((line, index) => (accepts(line) ? [index] : []));
  if (wanted.length >= limit) return { lines: lines.slice(wanted.at(-limit)) };
  const isAll = (!truncated && lines.length < bounds.limit) || read.some(isBefore);
  if (isAll) return { lines };
  return truncated && bounds.maxBytes < MOST_BYTES
    ? { lines, notice: "Log tail truncated (increase --max-bytes)." }
    : { lines, notice: `Only the newest ${lines.length} lines were read; older ones are in the file.` };
}
