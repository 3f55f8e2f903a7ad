/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return linesAt(text, [offset])[0] ?? 1;
}

/** The lines of offsets in ascending order, in one pass. */
export function linesAt(text: string, offsets: readonly number[]): readonly number[] {
  let line = 1;
  let end = text.indexOf("\n");
  return offsets.map((offset) => {
    for (; end >= 0 && end < offset; end = text.indexOf("\n", end + 1)) line += 1;
    return line;
  });
}
