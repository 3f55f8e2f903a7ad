/** A titled list, one entry after the other, with their number. */
export function section<T>(
  title: string,
  items: readonly T[],
  linesOf: (item: T) => readonly string[],
): string[] {
  return [`${title} (${items.length})`, ...items.flatMap(linesOf).map((line) => `  ${line}`)];
}

/**
 * What there is to say, in one line. A device names itself, and a stranger's name must not repaint the terminal of the
 * one who decides about it.
 */
export function facts(parts: readonly (string | undefined)[]): string {
  const printable = parts.map((part) => part?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ""));
  return printable.filter((part) => part !== undefined && part !== "").join(" · ");
}
