import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { SOURCE_LIMITS } from "./parse-json5.ts";

/** Reading access to the configuration's files; injectable for tests. Failures carry Node's `code`. */
export interface SourceFiles {
  readText(path: string): Promise<string>;
  realPath(path: string): Promise<string>;
}

/** The files of this machine. Pipes, devices and files beyond the size limit are refused unread. */
export const sourceFiles: SourceFiles = {
  readText: async (path) => decode(await readBytes(path, SOURCE_LIMITS.maxBytes)),
  realPath: (path) => realpath(path),
};

/**
 * What stands in a regular file, be it text or not.
 *
 * @param maxBytes of the file; a larger one is refused unread
 */
export async function readBytes(path: string, maxBytes = Infinity): Promise<Buffer> {
  // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error("not a regular file");
    if (stat.size > maxBytes) throw new Error(`file too large (${stat.size} bytes, limit ${maxBytes})`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
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
