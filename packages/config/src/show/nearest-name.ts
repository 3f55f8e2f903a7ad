/** Longer names are compared with nothing: nobody mistypes them. */
const MAX_LENGTH = 64;

/** The name most like a mistyped one; undefined when none is near. */
export function nearestName(typed: string, names: Iterable<string>): string | undefined {
  if (typed.length > MAX_LENGTH) return undefined;
  const word = typed.toLowerCase();
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const distance = distanceOf(word, name.toLowerCase());
    if (distance < least) [best, least] = [name, distance];
  }
  // Of a short word nothing would be left.
  return least < word.length ? best : undefined;
}

/** Letters to add, remove, replace or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let older: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (older[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [older, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
