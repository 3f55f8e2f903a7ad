import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { SOURCE_LIMITS } from "./parse-json5.ts";

/** Reading access to the configuration's files; injectable for tests. Failures carry Node's `code`. */
export interface SourceFiles {
  readText(path: string): Promise<string>;
  realPath(path: string): Promise<string>;
}

/** The files of this machine. Pipes, devices and files beyond the size limit are refused unread. */
export const sourceFiles: SourceFiles = {
  readText: async (path) => (await readTextFile(path)).text,
  realPath: (path) => realpath(path),
};

/** A file of the configuration, and what the system says of it; the two belong together whoever replaces it meanwhile. */
export async function readTextFile(
  path: string,
): Promise<{ readonly text: string; readonly stats: BigIntStats }> {
  const { bytes, stats } = await readFile(path, SOURCE_LIMITS.maxBytes);
  return { text: decode(bytes), stats };
}

/**
 * What stands in a regular file, be it text or not.
 *
 * @param maxBytes of the file; a larger one is refused unread
 */
export async function readBytes(path: string, maxBytes = Infinity): Promise<Buffer> {
  return (await readFile(path, maxBytes)).bytes;
}

/**
 * A text file of the configuration, read on the spot: for a program that has nothing else to do meanwhile. Node's promises
 * of files take longer to get ready than such a file to be read.
 */
export function readTextNow(path: string): string {
  const descriptor = openSync(path, READ_ONLY);
  try {
    refuseUnfit(fstatSync(descriptor, { bigint: true }), SOURCE_LIMITS.maxBytes);
    return decode(readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

// Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
const READ_ONLY = constants.O_RDONLY | constants.O_NONBLOCK;

function refuseUnfit(stats: BigIntStats, maxBytes: number): void {
  if (!stats.isFile()) throw new Error("not a regular file");
  if (stats.size > maxBytes) throw new Error(`file too large (${stats.size} bytes, limit ${maxBytes})`);
}

async function readFile(
  path: string,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly stats: BigIntStats }> {
  const handle = await open(path, READ_ONLY);
  try {
    const stats = await handle.stat({ bigint: true });
    refuseUnfit(stats, maxBytes);
    return { bytes: await readAll(handle, Number(stats.size)), stats };
  } finally {
    await handle.close();
  }
}

/** In one go where the file is as long as expected: an edit of the configuration waits for each trip to the system. */
async function readAll(handle: FileHandle, expectedBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(expectedBytes + 1);
  const { bytesRead } = await handle.read(buffer);
  const start = buffer.subarray(0, bytesRead);
  // Its size has changed since it was asked for.
  return bytesRead === expectedBytes ? start : Buffer.concat([start, await handle.readFile()]);
}

/** What is no UTF-8 is not read as if it were: an edit would change bytes that nobody touched. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error("not UTF-8 text", { cause });
  }
}

/** Node's error code, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
