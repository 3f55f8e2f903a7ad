import type { Io, Output } from "../io.ts";
import { wrap } from "./wrap.ts";

/**
 * Lines for a person: paths below the home folder begin with `~`, and on a terminal no line is wider than it. Words
 * stay whole, and so does what is to be typed next, because addresses and commands are there to be copied.
 */
export function prose(io: Pick<Io, "homeDir">, output: Output, lines: readonly string[]): string[] {
  const short = lines.map((line) => withTilde(line, io.homeDir));
  const { isTerminal, columns } = output;
  return isTerminal && columns !== undefined ? short.flatMap((line) => fitted(line, columns)) : short;
}

function withTilde(line: string, home: string): string {
  if (home.length < 2) return line;
  const escaped = home.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // The folder itself or one above a file, never the middle of another path.
  return line.replace(new RegExp(`(?<![\\w./~-])${escaped}(?![\\w.-])`, "g"), "~");
}

/** What is to be typed, and the words before it. */
const COMMAND =
  /^(\s*)((?:Next|Fix|Logs): (?:.*: )?)((?:[A-Z_]+=\S+ )*(?:openclaw|journalctl|sudo|systemctl|unset) .*)$/;

function fitted(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const [, before = "", words = "", command] = COMMAND.exec(line) ?? [];
  // Half a command, copied, is another one.
  if (command !== undefined)
    return [...fitted(`${before}${words.trimEnd()}`, columns), `${before}  ${command}`];
  const [indent = ""] = /^\s*(?:[-!✓✗] )?/.exec(line) ?? [];
  const [first = "", ...rest] = wrap(line.slice(indent.length), columns - indent.length, "whole words");
  const hanging = " ".repeat(indent.length);
  return [indent + first, ...rest.map((text) => hanging + text)];
}
