import type { LogLine } from "./log-line.ts";

/**
 * Counts what is missing between lines that were read one after the other: a gateway numbers its lines, and deletes
 * the oldest when there are too many.
 */
export function missedLines(): (line: LogLine | undefined) => number {
  let last: LogLine | undefined;
  return (line) => {
    if (line?.seq === undefined) return 0;
    const before = last;
    last = line;
    // Another process counts for itself.
    if (before?.seq === undefined || before.pid !== line.pid) return 0;
    return Math.max(0, line.seq - before.seq - 1);
  };
}
