import type { FileHandle } from "node:fs/promises";
import { logDays, openIfThere } from "./log-series.ts";
import { readFromEnd, readOn, type ReadBounds } from "./read-on.ts";
import { readWholeLines } from "./whole-lines.ts";

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 5_000;
const DEFAULT_BYTES = 250_000;
const MAX_BYTES = 1_000_000;

/** What part of a log is asked for. */
export interface LogTailRequest {
  /** Byte offset up to which the caller has read. */
  readonly cursor?: number | undefined;
  /** `end`, or the position of an earlier answer: nothing in between is left out. Wins over `cursor`. */
  readonly position?: string | undefined;
  /** @default 500 */
  readonly limit?: number | undefined;
  /** @default 250_000 */
  readonly maxBytes?: number | undefined;
}

/** Whole lines of a log. */
export interface LogTail {
  readonly file: string;
  readonly cursor: number;
  readonly size: number;
  readonly lines: string[];
  readonly truncated: boolean;
  readonly reset: boolean;
  /** Hand it back to read on from here; only in answers to a `position`. */
  readonly position?: string;
  /** More lines are there already; only in answers to a `position`. */
  readonly hasMore?: boolean;
}

/**
 * Reads the end of a log, or what came later than a place in it. A missing file is an empty log; when today's rolling
 * file is missing, the newest one of its folder is read.
 *
 * - `cursor` is an offset in one file, by the rules of other gateways: who is too far behind is moved near the end,
 *   and lines of a file that was set aside meanwhile are not seen.
 * - `position` goes on exactly where the last answer ended, oldest lines first, through files that were set aside.
 *   `reset` then says that lines were deleted before they were read.
 *
 * A record that is still being written is returned whole by the next call.
 *
 * @throws when a file exists but cannot be read
 * Docs: runbook.md#logs
 */
export async function tailLog(path: string, request: LogTailRequest): Promise<LogTail> {
  const maxBytes = clamp(request.maxBytes ?? DEFAULT_BYTES, MAX_BYTES);
  const limit = clamp(request.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  if (request.position === "end") return readFromEnd(path, { limit, maxBytes });
  if (request.position !== undefined) return readOn(path, request.position, { limit, maxBytes });
  for (const file of [path, ...(await logDays(path))]) {
    const handle = await openIfThere(file);
    if (handle === undefined) continue;
    const tail = readFile(handle, { cursor: request.cursor, limit, maxBytes });
    return { file, ...(await tail.finally(() => handle.close())) };
  }
  return { file: path, cursor: 0, size: 0, lines: [], truncated: false, reset: false };
}

async function readFile(
  file: FileHandle,
  { cursor, limit, maxBytes }: ReadBounds & Pick<LogTailRequest, "cursor">,
): Promise<Omit<LogTail, "file">> {
  const { size } = await file.stat();
  const { start, ...flags } = readWindow(size, cursor, maxBytes);
  const { lines, end } = await readWholeLines(file, { start, end: size });
  return { cursor: end, size, lines: lines.slice(-limit), ...flags };
}

const clamp = (value: number, max: number) => Math.min(Math.max(1, value), max);

/** Where to start reading, by the table of the log protocol. */
function readWindow(size: number, cursor: number | undefined, maxBytes: number) {
  const tail = Math.max(0, size - maxBytes);
  if (cursor === undefined) return { start: tail, truncated: tail > 0, reset: false };
  if (cursor > size) return { start: tail, truncated: tail > 0, reset: true };
  if (size - cursor > maxBytes) return { start: tail, truncated: true, reset: true };
  return { start: cursor, truncated: false, reset: false };
}
