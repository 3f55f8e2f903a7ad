import { errorCode } from "../source/source-files.ts";
import type { FileSystem } from "./file-system.ts";

/** Gives every file the name of the next one, so that the first name is free; the last file gives way. */
export async function shiftFiles(fs: FileSystem, names: readonly string[]): Promise<void> {
  for (const [index, name] of [...names.entries()].reverse()) {
    const next = names[index + 1];
    if (next !== undefined) await renameIfExists(fs, name, next);
  }
}

async function renameIfExists(fs: FileSystem, from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
