import { errorCode } from "../source/source-files.ts";
import type { FileSystem } from "./file-system.ts";
import { writePrivateFile } from "./private-file.ts";

/** Copies kept, `.bak` being the newest and `.bak.4` the oldest. */
const SUFFIXES = [".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"] as const;

/**
 * Moves every backup one place back and keeps `text` as the newest. The copy is written anew instead of copied,
 * because a copy would inherit the mode of a file that others may read.
 */
export async function rotateBackups(fs: FileSystem, path: string, text: string): Promise<string> {
  for (const [index, suffix] of [...SUFFIXES.entries()].reverse()) {
    const next = SUFFIXES[index + 1];
    if (next === undefined) await fs.rm(path + suffix, { force: true });
    else await renameIfExists(fs, path + suffix, path + next);
  }
  const newest = path + SUFFIXES[0];
  await writePrivateFile(fs, newest, { text, flags: "wx" });
  return newest;
}

async function renameIfExists(fs: FileSystem, from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
