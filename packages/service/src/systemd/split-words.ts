const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  v: "\v",
};

/**
 * Takes a line of a unit apart as systemd does: words are parted by white space, quotes of both kinds keep it, and a
 * backslash escapes the next character. A quote that is not closed ends with the line.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === "\\" && at + 1 < line.length) {
      const { text, length } = unescape(line.slice(at + 1, at + 4));
      word = (word ?? "") + text;
      at += length;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  return word === undefined ? words : [...words, word];
}

/** What an escape stands for, and how many characters after the backslash it takes. */
function unescape(next: string): { readonly text: string; readonly length: number } {
  const hex = /^x([0-9a-fA-F]{2})/.exec(next)?.[1];
  if (hex !== undefined) return { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 3 };
  const char = next.charAt(0);
  return { text: ESCAPES[char] ?? char, length: 1 };
}
