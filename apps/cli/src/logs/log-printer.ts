import type { Methods } from "@openclaw/client";

import { complain, print, tell } from "../context.ts";
import type { Io } from "../io.ts";
import { painter, type Colour } from "../output/colours.ts";
import { localIso } from "../output/time.ts";
import { parseLogLine, type LogLine } from "./log-line.ts";
import { missedLines } from "./missed-lines.ts";
import { newestWanted, type LogWishes } from "./newest-wanted.ts";

type LogsTail = Methods["logs.tail"]["result"];

/** How log lines are shown. */
export interface LogStyle {
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly localTime?: boolean;
}

/** Shows batches of the log; the file is named once, before the first. */
export interface LogPrinter {
  batch(batch: LogsTail): void;
  /** Something about the log, not of it. */
  notice(message: string): void;
}

/** A line that is too long for one answer. */
const LEFT_OUT = "Log tail truncated (increase --max-bytes).";

const COLOURS: Readonly<Record<string, Colour>> = {
  fatal: "red",
  error: "red",
  warn: "yellow",
  debug: "gray",
  trace: "gray",
};

/** Creates a printer for text or, with `json`, for one JSON object per line. Docs: runbook.md#logs */
export function logPrinter(io: Io, style: LogStyle, wishes: LogWishes): LogPrinter {
  const form = style.json ? jsonLine : textLine(io, style);
  const notice = (message: string) => {
    if (style.json) print(io, JSON.stringify({ type: "notice", message }));
    else complain(io, message);
  };
  const missed = missedLines();
  const show = (lines: readonly string[]) => {
    const shown: string[] = [];
    for (const raw of lines) {
      const line = parseLogLine(raw);
      const count = missed(line);
      if (count > 0) {
        print(io, ...shown.splice(0));
        notice(`${count} lines are missing: they were deleted before they could be read.`);
      }
      if (wishes.accepts(line)) shown.push(form(raw, line));
    }
    print(io, ...shown);
  };
  const name = (log: Pick<LogsTail, "file" | "cursor" | "size">) => {
    if (style.json) print(io, JSON.stringify({ type: "meta", ...log }));
    else tell(io, `Log file: ${log.file}`);
  };
  let isNamed = false;
  return {
    notice,
    batch: ({ file, cursor, size, lines, truncated, reset }) => {
      const isFirst = !isNamed;
      if (isFirst) name({ file, cursor, size });
      isNamed = true;
      const part = isFirst
        ? newestWanted({ lines, truncated }, wishes)
        : { lines, ...(truncated && { notice: LEFT_OUT }) };
      if (part.notice !== undefined) notice(part.notice);
      if (reset) notice("Log cursor reset (file rotated).");
      show(part.lines);
    },
  };
}

function jsonLine(raw: string, line: LogLine | undefined): string {
  return JSON.stringify(line ? { type: "log", ...line } : { type: "raw", raw });
}

function textLine(
  io: Io,
  { plain, localTime }: LogStyle,
): (raw: string, line: LogLine | undefined) => string {
  const isShort = io.stdout.isTerminal && !plain;
  const paint = plain ? (_colour: Colour, text: string) => text : painter(io);
  return (raw, line) => {
    if (!line) return raw;
    const time = localTime ? localIso(line.time) : line.time;
    const source = line.subsystem ?? line.module;
    const level = paint(COLOURS[line.level] ?? "cyan", line.level);
    const parts = [paint("gray", isShort ? time.slice(11, 19) : time), level];
    return [...parts, ...(source === undefined ? [] : [paint("blue", source)]), line.message].join(" ");
  };
}
