/**
 * A stranger's text as it is, on one line: what would move the cursor, break the line or turn the direction of reading
 * is spelled out, because somebody is going to decide about what he reads here (T-WEB-10).
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, (char) => {
    const known = NAMED.get(char);
    return known ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);
