/** Longest strings of a record, in UTF-16 units. */
export const TEXT_LIMITS = Object.freeze({ message: 2_000, value: 300, stack: 4_000 });

const LINE_BREAKS = /\r\n|[\n\r\t\v\f\u0085\u2028\u2029]/g;
// Once line breaks are gone, a control character before a bracket starts a terminal sequence.
const TERMINAL_SEQUENCES = /(?:\p{Cc}\[|\u009b)[0-?]*[ -/]*[@-~]|\p{Cc}\][^\p{Cc}]*/gu;
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\ufeff]/gu;

/**
 * Makes text from anywhere fit for one line: no terminal sequences, no control or direction characters, line breaks
 * as spaces (T-LOG-01). A log is read by people, by terminals and by models.
 */
export function toLine(text: string): string {
  return text.replace(LINE_BREAKS, " ").replace(TERMINAL_SEQUENCES, "").replace(INVISIBLE, "");
}

/** Like {@link toLine} for stacks: lines stay lines. */
export function toLines(text: string): string {
  return text.split("\n").map(toLine).join("\n");
}

/** Cuts text to a number of UTF-16 units, with an ellipsis and never through a character. */
export function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Half of a surrogate pair would not survive the encoding.
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}
