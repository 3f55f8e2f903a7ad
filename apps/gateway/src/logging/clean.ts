/** Longest strings of a record, in UTF-16 units. */
export const TEXT_LIMITS = Object.freeze({ message: 2_000, value: 300, stack: 4_000 });

const ESCAPE_SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const LINE_BREAKS = /\r\n|[\n\r\t\v\f\u0085\u2028\u2029]/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Makes text from anywhere fit for one line of a log: no terminal escapes, no control or direction characters, line
 * breaks as spaces, bounded length (T-LOG-01). A log is read by people, by terminals and by models.
 */
export function cleanLine(text: string, limit: number): string {
  return bounded(
    bounded(text, limit * 4)
      .replace(ESCAPE_SEQUENCES, "")
      .replace(LINE_BREAKS, " ")
      .replace(CONTROLS, ""),
    limit,
  );
}

/** Like {@link cleanLine} for stacks: lines stay lines. */
export function cleanLines(text: string, limit: number): string {
  const lines = bounded(text, limit * 4).split("\n");
  return bounded(lines.map((line) => cleanLine(line, limit)).join("\n"), limit);
}

function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Half of a surrogate pair would not survive the encoding.
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}
