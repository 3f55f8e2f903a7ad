import { randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../source/source-files.ts";
import { rotateBackups } from "./backups.ts";
import type { FileSystem } from "./file-system.ts";
import { syncDir, writePrivateFile } from "./private-file.ts";

/** How the new text got into place, and where the old one is. */
export interface Replacement {
  readonly result: "rename" | "copy-fallback";
  readonly backupPath?: string;
}

export interface ReplaceOptions {
  readonly path: string;
  readonly text: string;
  /** Text to keep as backup; `undefined` for a new file. */
  readonly previous: string | undefined;
  readonly pid: number;
  /** Last look at the file before it is replaced; throws to stop. */
  readonly check: () => Promise<void>;
}

/** Replaces a file as a whole, or leaves it as it was. */
export async function replaceFile(fs: FileSystem, options: ReplaceOptions): Promise<Replacement> {
  const { path, text, previous, pid, check } = options;
  const temporary = join(dirname(path), `${basename(path)}.${pid}.${randomUUID()}.tmp`);
  try {
    await writePrivateFile(fs, temporary, { text, flags: "wx" });
    await check();
    const backupPath = previous === undefined ? undefined : await rotateBackups(fs, path, previous);
    const result = await moveOver(fs, { temporary, path, text });
    return { result, ...(backupPath !== undefined && { backupPath }) };
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

/** Moves the new file over the old one; where that is forbidden, fills the old one in place. */
async function moveOver(
  fs: FileSystem,
  { temporary, path, text }: { temporary: string; path: string; text: string },
): Promise<Replacement["result"]> {
  try {
    await fs.rename(temporary, path);
    await syncDir(fs, dirname(path));
    return "rename";
  } catch (error) {
    // EBUSY: the file itself is a mount point, as containers like to have it.
    if (!["EPERM", "EEXIST", "EBUSY"].includes(errorCode(error) ?? "")) throw error;
    await writePrivateFile(fs, path, { text, flags: "w" });
    return "copy-fallback";
  }
}
