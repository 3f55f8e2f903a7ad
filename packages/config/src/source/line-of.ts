import { lineAt, sourceValues } from "./source-values.ts";

/**
 * The line on which a key stands, counted from 1; for a key that is missing or comes from an included file,
 * the line of the nearest parent that is written here. `text` must be valid JSON5.
 */
export function lineOf(text: string, place: readonly string[]): number | undefined {
  let nearest: { depth: number; at: number } | undefined;
  for (const { path, at } of sourceValues(text)) {
    const isAbove = path.length <= place.length && path.every((key, index) => key === place[index]);
    if (isAbove && path.length > (nearest?.depth ?? 0)) nearest = { depth: path.length, at };
  }
  return nearest === undefined ? undefined : lineAt(text, nearest.at);
}
