import { locateKey } from "../edit/locate-key.ts";
import { sourceTexts } from "../edit/source-texts.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { linesOf } from "../source/lines-of.ts";

/** Where a setting is written. */
export interface SettingPlace {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** The file and the line that a setting comes from; undefined for one that is written nowhere. */
export async function locateSetting(
  loaded: Pick<LoadedConfig, "includes" | "path" | "raw">,
  path: readonly string[],
): Promise<SettingPlace | undefined> {
  const sources = sourceTexts(loaded);
  const place = await locateKey(sources, path);
  if (place === undefined) return undefined;
  const text = await sources.textOf(place.file);
  // A value that is a whole file of its own begins with it.
  const [line = 1] = place.path.length === 0 ? [1] : linesOf(text, [place.path]);
  return { file: place.file, line };
}
