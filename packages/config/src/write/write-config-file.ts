import type { Paths } from "../paths.ts";
import type { FileSystem } from "./file-system.ts";

/** Who writes; goes into the audit line. */
export interface Writer {
  readonly pid: number;
  readonly ppid?: number;
  readonly cwd?: string;
  /** Command line; values after secret flags are hidden, at most eight words are kept. */
  readonly argv?: readonly string[];
}

export interface WriteConfigOptions {
  readonly paths: Pick<Paths, "configPath" | "auditPath">;
  /** The whole new text. */
  readonly text: string;
  readonly writer: Writer;
  /** Hash the file must still have; without it the last writer wins. */
  readonly baseHash?: string;
  readonly fs?: FileSystem;
  readonly now?: () => number;
}

/** What a write did. */
export interface ConfigWrite {
  /** File that was replaced, symbolic links resolved. */
  readonly path: string;
  readonly previousHash: string;
  readonly hash: string;
  /** Copy of the replaced text. */
  readonly backupPath?: string;
}

export async function writeConfigFile(options: WriteConfigOptions): Promise<ConfigWrite> {
  throw new Error(`not yet ${String(options)}`);
}
