import JSON5 from "json5";
import { lineAt } from "./line-at.ts";

/** What is wrong with a text, in the words of `json5`, and on which line. */
export interface TextProblem {
  readonly message: string;
  readonly line: number;
}

/** A problem of the file format, which the language does not know. */
export function formatProblem(text: string, offset: number, problem: string): TextProblem {
  const line = lineAt(text, offset);
  return { message: `SyntaxError: JSON5: ${problem} at ${line}:${columnAt(text, offset)}`, line };
}

/** What stands at an offset, or that the text ends there, although something else must follow. */
export function unexpectedAt(text: string, offset: number): TextProblem {
  const at = Math.min(offset, text.length);
  // Behind a value nothing may stand.
  return languageProblem(text, { start: at, end: at, before: at === text.length ? "" : "0 " });
}

/**
 * What is wrong with the token between two offsets. The parser sees no more than the token: the rest may be long.
 *
 * @param before makes a document of the token
 */
export function languageProblem(
  text: string,
  { start, end, before = "" }: { readonly start: number; readonly end: number; readonly before?: string },
): TextProblem {
  try {
    // Of a token that is cut off, what follows is wrong: a slash, and one character in two halves.
    JSON5.parse(before + text.slice(start, end + 3));
  } catch (error) {
    const found = /^(.*) at (\d+):(\d+)$/s.exec(String(error));
    if (found !== null) {
      const [, words = "", lines = "", columns = ""] = found;
      const line = lineAt(text, start) + Number(lines) - 1;
      const indent = lines === "1" ? columnAt(text, start) - before.length - 1 : 0;
      return { message: `${words} at ${line}:${indent + Number(columns)}`, line };
    }
  }
  return formatProblem(text, start, "unexpected text");
}

/** The column of an offset, counted from 1. */
function columnAt(text: string, offset: number): number {
  return offset === 0 ? 1 : offset - text.lastIndexOf("\n", offset - 1);
}
