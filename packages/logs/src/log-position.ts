import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** Where a reader of a log is: how far in which file. A file keeps its first line whatever it is called later. */
export interface LogPosition {
  readonly fileId: string;
  /** Bytes of the file that were read. */
  readonly offset: number;
}

const ID_BYTES = 4_096;
const ID_CHARS = 16;
const TEXT = /^([0-9a-f]{16}):(\d{1,15})$/;

/** Reads what {@link formatPosition} wrote. */
export function parsePosition(text: string): LogPosition | undefined {
  const [, fileId, offset] = TEXT.exec(text) ?? [];
  return fileId === undefined ? undefined : { fileId, offset: Number(offset) };
}

/** Text of a position, for a caller that hands it back: `1f0c…:4096`. */
export function formatPosition({ fileId, offset }: LogPosition): string {
  return `${fileId}:${offset}`;
}

/** What a file is known by: its first line, or `undefined` while it has none. */
export async function fileIdOf(file: FileHandle): Promise<string | undefined> {
  const buffer = Buffer.alloc(ID_BYTES);
  const { bytesRead } = await file.read(buffer, 0, ID_BYTES, 0);
  const end = buffer.subarray(0, bytesRead).indexOf("\n");
  if (end === -1 && bytesRead < ID_BYTES) return undefined;
  const beginning = buffer.subarray(0, end === -1 ? ID_BYTES : end);
  return createHash("sha256").update(beginning).digest("hex").slice(0, ID_CHARS);
}
