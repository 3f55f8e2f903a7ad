import type { Paths } from "../paths.ts";
import type { Writer } from "../write/write-config-file.ts";
import type { FileSystem } from "../write/file-system.ts";

export interface FirstStartOptions {
  readonly paths: Paths;
  readonly writer: Writer;
  readonly fs?: FileSystem;
  readonly now?: () => number;
}

/** Whether a minimal configuration was written because this is a new installation. */
export interface FirstStart {
  readonly created: boolean;
  /** One line for the console when it was. */
  readonly logLines: readonly string[];
}

export async function ensureFirstStart(options: FirstStartOptions): Promise<FirstStart> {
  throw new Error(`not yet ${String(options)}`);
}
