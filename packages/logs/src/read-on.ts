import type { FileHandle } from "node:fs/promises";
import { fileIdOf, formatPosition, parsePosition, type LogPosition } from "./log-position.ts";
import { logSeries, openIfThere } from "./log-series.ts";
import type { LogTail } from "./tail-log.ts";
import { readWholeLines, type Range, type WholeLines } from "./whole-lines.ts";

/** How much is read at once. */
export interface ReadBounds {
  /** Lines. */
  readonly limit: number;
  readonly maxBytes: number;
}

/** An open file of a log that has a first line. */
interface LogPart {
  readonly path: string;
  readonly handle: FileHandle;
  readonly fileId: string;
}

// A log without a line: whatever is written later is read from here.
const START = "start";
// No record is that long: a line that does not end within so many bytes is passed over.
const MAX_LINE_BYTES = 1_000_000;

/** Reads the last lines, and says where the next ones begin. */
export async function readFromEnd(path: string, { limit, maxBytes }: ReadBounds): Promise<LogTail> {
  for (const candidate of await logSeries(path)) {
    const part = await openPart(candidate);
    if (part === undefined) continue;
    try {
      const { size } = await part.handle.stat();
      const start = Math.max(0, size - maxBytes);
      const { lines, end } = await readWholeLines(part.handle, { start, end: size });
      const last = { lines: lines.slice(-limit), end, hasMore: false, isCut: start > 0 };
      return answer(part, size, last);
    } finally {
      await part.handle.close();
    }
  }
  return nothing(path, START);
}

/** Reads on from a position, oldest lines first, at most to the end of one file. */
export async function readOn(path: string, position: string, bounds: ReadBounds): Promise<LogTail> {
  const wanted = parsePosition(position);
  const parts = await openBackTo(path, wanted?.fileId);
  try {
    const read = await readParts(parts, wanted, bounds);
    return read === undefined
      ? nothing(path, position)
      : { ...read, reset: read.reset && position !== START };
  } finally {
    await Promise.all(parts.map(({ handle }) => handle.close()));
  }
}

async function readParts(
  [last, newer]: readonly LogPart[],
  wanted: LogPosition | undefined,
  bounds: ReadBounds,
): Promise<LogTail | undefined> {
  if (last === undefined) return undefined;
  const { size } = await last.handle.stat();
  // A file that became shorter was emptied by somebody.
  const isThere = wanted?.fileId === last.fileId && wanted.offset <= size;
  const reset = !isThere;
  const read = await readForward(last.handle, { start: isThere ? wanted.offset : 0, end: size }, bounds);
  const isFinished = read.lines.length === 0 && !read.isCut;
  if (newer === undefined) return { ...answer(last, size, read), reset };
  if (!isFinished) return { ...answer(last, size, { ...read, hasMore: true }), reset };
  const { size: newerSize } = await newer.handle.stat();
  const first = await readForward(newer.handle, { start: 0, end: newerSize }, bounds);
  return { ...answer(newer, newerSize, first), reset };
}

/**
 * Opens the file of an id, else the oldest one, and the one that came after it. Files only ever move towards the older
 * names, and so does the search: what is set aside meanwhile is seen twice at most, never missed. And nothing is added
 * to a file once there is a newer one.
 */
async function openBackTo(path: string, fileId: string | undefined): Promise<LogPart[]> {
  let found: LogPart[] = [];
  for (const candidate of await logSeries(path)) {
    const part = await openPart(candidate);
    if (part === undefined) continue;
    const [last, newer] = found;
    if (part.fileId === last?.fileId) {
      await part.handle.close();
      continue;
    }
    await newer?.handle.close();
    found = last === undefined ? [part] : [part, last];
    if (part.fileId === fileId) break;
  }
  return found;
}

async function openPart(path: string): Promise<LogPart | undefined> {
  const handle = await openIfThere(path);
  if (handle === undefined) return undefined;
  const fileId = await fileIdOf(handle);
  if (fileId !== undefined) return { path, handle, fileId };
  await handle.close();
  return undefined;
}

/** What was read of one file. */
interface Reading extends WholeLines {
  /** More whole lines follow in this file. */
  readonly hasMore: boolean;
  /** Some were left out. */
  readonly isCut: boolean;
}

async function readForward(
  file: FileHandle,
  { start, end }: Range,
  { limit, maxBytes }: ReadBounds,
): Promise<Reading> {
  for (const bytes of [maxBytes, MAX_LINE_BYTES]) {
    const until = Math.min(end, start + bytes);
    const read = await readWholeLines(file, { start, end: until }, limit);
    const hasMore = until < end || read.lines.length >= limit;
    if (read.lines.length > 0 || until === end) return { ...read, hasMore, isCut: false };
  }
  return { lines: [], end: start + MAX_LINE_BYTES, hasMore: true, isCut: true };
}

function answer({ path, fileId }: LogPart, size: number, read: Reading): LogTail {
  const { lines, end, hasMore, isCut } = read;
  const position = formatPosition({ fileId, offset: end });
  return { file: path, cursor: end, size, lines, truncated: isCut, reset: false, position, hasMore };
}

function nothing(file: string, position: string): LogTail {
  return { file, cursor: 0, size: 0, lines: [], truncated: false, reset: false, position, hasMore: false };
}
