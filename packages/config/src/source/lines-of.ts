import { lineAt, sourceValues } from "./source-values.ts";

/**
 * The lines on which keys stand, counted from 1; for a key that is missing or comes from an included file, the
 * line of the nearest parent that is written here. One pass for all; `text` must be valid JSON5.
 */
export function linesOf(
  text: string,
  places: readonly (readonly string[])[],
): readonly (number | undefined)[] {
  const searches = places.map((place) => ({ place, depth: 0, at: 0 }));
  for (const { path, at } of sourceValues(text)) {
    for (const search of searches) {
      const isCloser = path.length > search.depth && path.length <= search.place.length;
      if (isCloser && path.every((key, index) => key === search.place[index])) {
        search.depth = path.length;
        search.at = at;
      }
    }
  }
  return searches.map(({ depth, at }) => (depth === 0 ? undefined : lineAt(text, at)));
}
