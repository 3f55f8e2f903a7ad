import type { LoadedConfig } from "../snapshot.ts";
import { sourceFiles } from "../source/source-files.ts";

/** The files of one reading. */
export interface SourceTexts {
  /** The main file. */
  readonly path: string;
  /** What a file said when it was read; one that was not is read now. */
  textOf(file: string): Promise<string>;
}

/**
 * Gives the texts that a configuration was made of. Read anew they might be others by now, and what is decided about the
 * one reading would be done to the other.
 */
export function sourceTexts({
  path,
  raw,
  includes,
}: Pick<LoadedConfig, "includes" | "path" | "raw">): SourceTexts {
  return {
    path,
    textOf: async (file) => {
      if (file === path) return raw ?? "";
      const real = await sourceFiles.realPath(file).catch(() => file);
      return includes.find((included) => included.path === real)?.text ?? sourceFiles.readText(file);
    },
  };
}
