import { getPath } from "../show/config-path.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";
import { type KeyPlace, keyLocator } from "./locate-key.ts";
import type { SourceTexts } from "./source-texts.ts";

/**
 * Sorts changes of the whole configuration by the file they belong into: where the key is written already, else the main
 * file; an item that is new belongs to its list.
 */
export async function placeChanges(
  sources: SourceTexts,
  written: unknown,
  changes: readonly ConfigChange[],
): Promise<ReadonlyMap<string, readonly ConfigChange[]>> {
  const locate = keyLocator(sources);
  const placed = new Map<string, ConfigChange[]>();
  for (const { path, value } of changes) {
    const place = (await locate(path)) ?? (await newPlace(path));
    const own = placed.get(place.file) ?? [];
    own.push({ path: place.path, value });
    placed.set(place.file, own);
  }
  return placed;

  async function newPlace(path: readonly string[]): Promise<KeyPlace> {
    const parent = path.slice(0, -1);
    const list = Array.isArray(getPath(written, parent)) ? await locate(parent) : undefined;
    return list === undefined
      ? { file: sources.path, path }
      : { file: list.file, path: [...list.path, ...path.slice(-1)] };
  }
}
