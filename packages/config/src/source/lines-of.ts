import { linesAt } from "./line-at.ts";
import { sourceValues } from "./source-values.ts";

/**
 * The lines on which keys stand, counted from 1; for a key that is missing or comes from an included file, the
 * line of the nearest parent that is written here. One pass for all; `text` must be valid JSON5.
 */
export function linesOf(
  text: string,
  places: readonly (readonly string[])[],
): readonly (number | undefined)[] {
  if (places.length === 0) return [];
  const parents = new Set(
    places.flatMap((place) => place.map((_, depth) => idOf(place.slice(0, depth + 1)))),
  );
  const deepest = Math.max(...places.map((place) => place.length));
  const offsets = new Map<string, number>();
  for (const { path, at } of sourceValues(text)) {
    if (path.length === 0 || path.length > deepest) continue;
    const id = idOf(path);
    if (parents.has(id)) offsets.set(id, at);
  }
  const lineNumbers = linesAt(text, [...offsets.values()]);
  const lines = new Map([...offsets.keys()].map((id, index) => [id, lineNumbers[index]]));
  return places.map((place) => {
    const written = place.findLastIndex((_, depth) => lines.has(idOf(place.slice(0, depth + 1))));
    return lines.get(idOf(place.slice(0, written + 1)));
  });
}

function idOf(path: readonly string[]): string {
  return path.join("\0");
}
