import type { FileHandle } from "node:fs/promises";

const NEWLINE = 0x0a;

/** Part of a file, in bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Whole lines of a part of a file. */
export interface WholeLines {
  readonly lines: string[];
  /** Offset behind the last of them. */
  readonly end: number;
}

/**
 * Reads the whole lines of a range, at most `limit` from its beginning on. A line that began before the range is left
 * out, and so is a record that is still being written.
 */
export async function readWholeLines(
  file: FileHandle,
  { start, end }: Range,
  limit = Infinity,
): Promise<WholeLines> {
  // The byte before `start` tells whether `start` is the beginning of a line.
  const from = Math.max(0, start - 1);
  const buffer = Buffer.alloc(Math.max(0, end - from));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  const bytes = buffer.subarray(0, bytesRead);
  const last = bytes.lastIndexOf(NEWLINE);
  if (last < start - from) return { lines: [], end: start };
  const first = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  if (first > last) return { lines: [], end: from + last + 1 };
  const stop = limit === Infinity ? last : endOfLine(bytes.subarray(0, last + 1), first, limit);
  return { lines: bytes.subarray(first, stop).toString("utf8").split("\n"), end: from + stop + 1 };
}

/** Where the n-th line from `first` on ends, or the last one. */
function endOfLine(bytes: Buffer, first: number, n: number): number {
  let end = bytes.indexOf(NEWLINE, first);
  for (let count = 1; count < n && end + 1 < bytes.length; count++) end = bytes.indexOf(NEWLINE, end + 1);
  return end;
}
