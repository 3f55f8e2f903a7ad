import { locateKey } from "../edit/locate-key.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { linesOf } from "../source/lines-of.ts";
import { sourceFiles } from "../source/source-files.ts";

/** Where a setting is written. */
export interface SettingPlace {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** The file and the line that a setting comes from; undefined for one that is written nowhere. */
export async function locateSetting(
  { path: mainPath, raw }: Pick<LoadedConfig, "path" | "raw">,
  path: readonly string[],
): Promise<SettingPlace | undefined> {
  const place = await locateKey({ path: mainPath, text: raw ?? "" }, path);
  if (place === undefined) return undefined;
  const text = place.file === mainPath ? (raw ?? "") : await sourceFiles.readText(place.file);
  // A value that is a whole file of its own begins with it.
  const [line = 1] = place.path.length === 0 ? [1] : linesOf(text, [place.path]);
  return { file: place.file, line };
}
