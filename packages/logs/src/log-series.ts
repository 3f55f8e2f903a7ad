import { open, readdir, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { logNames, OLDEST_NUMBER, withoutNumber } from "./log-file-name.ts";

const MAX_DAYS = 32;

/**
 * Paths that may hold lines of one log, newest first: each day's file, then those set aside under numbers. A path of
 * the list need not exist.
 */
export async function logSeries(path: string): Promise<readonly string[]> {
  return (await logDays(path)).flatMap((day) => [
    day,
    ...Array.from({ length: OLDEST_NUMBER }, (_, index) => `${day}.${index + 1}`),
  ]);
}

/** The file and those of other days, newest first. */
export async function logDays(path: string): Promise<readonly string[]> {
  const { isOurs } = logNames(path);
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const found = names.filter(isOurs).map((name) => join(folder, withoutNumber(name)));
  // ISO dates sort by time.
  return [...new Set([path, ...found])].sort().reverse().slice(0, MAX_DAYS);
}

/** Opens a file for reading; `undefined` when there is none. */
export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
