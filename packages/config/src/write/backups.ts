import type { FileSystem } from "./file-system.ts";
import { temporaryName, writePrivateFile } from "./private-file.ts";
import { shiftFiles } from "./shift-files.ts";

/** Copies kept, `.bak` being the newest and `.bak.4` the oldest. */
const SUFFIXES = [".bak", ".bak.1", ".bak.2", ".bak.3", ".bak.4"] as const;

/** A copy that is on disk, and not yet among the backups. */
export interface PreparedBackup {
  readonly temporary: string;
  /** Moves every backup one place back and makes this copy the newest; returns its path. */
  rotate(): Promise<string>;
}

/**
 * Writes a copy of what `path` holds. It is written anew instead of copied, because a copy would inherit the mode of a
 * file that others may read.
 */
export async function prepareBackup(
  fs: FileSystem,
  path: string,
  content: string | Buffer,
): Promise<PreparedBackup> {
  const newest = path + SUFFIXES[0];
  const temporary = temporaryName(newest);
  await writePrivateFile(fs, temporary, { text: content, flags: "wx" });
  return {
    temporary,
    rotate: async () => {
      await shiftFiles(
        fs,
        SUFFIXES.map((suffix) => path + suffix),
      );
      await fs.rename(temporary, newest);
      return newest;
    },
  };
}
