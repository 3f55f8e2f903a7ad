import { basename, dirname } from "node:path";
import { errorCode } from "../source/source-files.ts";
import { prepareBackup } from "./backups.ts";
import type { FileSystem } from "./file-system.ts";
import { type Access, clearLeftovers, syncDir, temporaryName, writePrivateFile } from "./private-file.ts";

/** How the new text got into place, and where the old one is. */
export interface Replacement {
  readonly result: "rename" | "copy-fallback";
  readonly backupPath?: string;
}

export interface ReplaceOptions {
  readonly path: string;
  readonly text: string;
  /** Of the file that is replaced: the new one keeps it; `undefined` for a new file. */
  readonly access: Access | undefined;
  /** Of the writing process, for the name of the temporary file. */
  readonly pid: number;
  /** Last look at the file before it is replaced; throws to stop. */
  readonly check: () => Promise<void>;
}

/** Replaces a file as a whole, or leaves it as it was. Nothing but renames happens after the last look. */
export async function replaceFile(fs: FileSystem, options: ReplaceOptions): Promise<Replacement> {
  const { path, text, access, pid, check } = options;
  const temporary = temporaryName(`${path}.${pid}`);
  const name = `${basename(path)}.`;
  await clearLeftovers(fs, dirname(path), (each) => each.startsWith(name));
  const used = [temporary];
  try {
    await writePrivateFile(fs, temporary, { text, flags: "wx", ...(access !== undefined && { access }) });
    // Bytes, not text: what is no text at all must not be lost either.
    const backup = access && (await prepareBackup(fs, path, await fs.readFile(path)));
    if (backup !== undefined) used.push(backup.temporary);
    await check();
    const backupPath = await backup?.rotate();
    const result = await moveOver(fs, { temporary, path, text });
    return { result, ...(backupPath !== undefined && { backupPath }) };
  } finally {
    for (const each of used) await fs.rm(each, { force: true });
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
    const handle = await fs.open(path, "r+");
    try {
      await handle.writeFile(text, "utf8");
      await handle.truncate(Buffer.byteLength(text));
      await handle.sync();
    } finally {
      await handle.close();
    }
    return "copy-fallback";
  }
}
