import { getPath } from "../show/config-path.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";
import { type KeyPlace, locateKey } from "./locate-key.ts";

/**
 * Sorts changes of the whole configuration by the file they belong into: where the key is written already, else the main
 * file; an item that is new belongs to its list.
 */
export async function placeChanges(
  main: { readonly path: string; readonly text: string },
  written: unknown,
  changes: readonly ConfigChange[],
): Promise<ReadonlyMap<string, readonly ConfigChange[]>> {
  const placed = new Map<string, ConfigChange[]>();
  for (const { path, value } of changes) {
    const place = await placeOf(main, written, path);
    placed.set(place.file, [...(placed.get(place.file) ?? []), { path: place.path, value }]);
  }
  return placed;
}

async function placeOf(
  main: { readonly path: string; readonly text: string },
  written: unknown,
  path: readonly string[],
): Promise<KeyPlace> {
  const found = await locateKey(main, path);
  if (found !== undefined) return found;
  const parent = path.slice(0, -1);
  const list = Array.isArray(getPath(written, parent)) ? await locateKey(main, parent) : undefined;
  return list === undefined
    ? { file: main.path, path }
    : { file: list.file, path: [...list.path, ...path.slice(-1)] };
}
