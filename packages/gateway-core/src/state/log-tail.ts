import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 5_000;
const DEFAULT_BYTES = 250_000;
const MAX_BYTES = 1_000_000;
const NEWLINE = 0x0a;

export interface LogTailRequest {
  /** Byte offset up to which the caller has read. */
  readonly cursor?: number | undefined;
  readonly limit?: number | undefined;
  readonly maxBytes?: number | undefined;
}

export interface LogTail {
  readonly file: string;
  readonly cursor: number;
  readonly size: number;
  readonly lines: string[];
  readonly truncated: boolean;
  readonly reset: boolean;
}

/**
 * Reads the end of the log file, or what came after `cursor`. The cursor stops at the last newline, so a record
 * that is still being written is returned whole by the next call. A missing file is an empty log; when today's
 * rolling file is missing, the newest one of its folder is read.
 *
 * @throws when the file exists but cannot be read
 * Docs: runbook.md#logs
 */
export async function tailLog(configured: string, request: LogTailRequest): Promise<LogTail> {
  const file = await existingFile(configured);
  const empty: LogTail = { file, cursor: 0, size: 0, lines: [], truncated: false, reset: false };
  const size = await sizeOf(file);
  if (size === undefined) return empty;
  const maxBytes = clamp(request.maxBytes ?? DEFAULT_BYTES, MAX_BYTES);
  const window = readWindow(size, request.cursor, maxBytes);
  const text = await readRange(file, window.start, size);
  const lines = text.lines.slice(-clamp(request.limit ?? DEFAULT_LIMIT, MAX_LIMIT));
  return {
    file,
    cursor: window.start + text.consumedBytes,
    size,
    lines,
    truncated: window.truncated,
    reset: window.reset,
  };
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

/** Whole lines between two offsets; a first line that begins before `start` is dropped. */
async function readRange(
  file: string,
  start: number,
  end: number,
): Promise<{ lines: string[]; consumedBytes: number }> {
  const from = Math.max(0, start - 1);
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.alloc(end - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    const bytes = buffer.subarray(0, bytesRead);
    const last = bytes.lastIndexOf(NEWLINE);
    if (last < start - from) return { lines: [], consumedBytes: 0 };
    // The byte before `start` tells whether `start` is the beginning of a line.
    const firstLine = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    const lines = bytes.subarray(firstLine, last).toString("utf8");
    return { lines: firstLine > last ? [] : lines.split("\n"), consumedBytes: last + 1 - (start - from) };
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The configured file; when it does not exist and has a rolling name, the newest file of the same series. */
async function existingFile(configured: string): Promise<string> {
  if ((await sizeOf(configured)) !== undefined) return configured;
  const series = /^(.*-)\d{4}-\d{2}-\d{2}\.log$/.exec(basename(configured))?.[1];
  if (series === undefined) return configured;
  const folder = dirname(configured);
  const names = await readdir(folder).catch(() => []);
  // ISO dates sort by time.
  const newest = names
    .filter((name) => name.startsWith(series) && /^\d{4}-\d{2}-\d{2}\.log$/.test(name.slice(series.length)))
    .sort()
    .at(-1);
  return newest === undefined ? configured : join(folder, newest);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
