import type { Severity } from "./levels.ts";
import type { LogRecord } from "./record.ts";
import type { ConsoleStyle } from "./settings.ts";

/** How lines look. */
export interface ConsoleFormat {
  readonly style: ConsoleStyle;
  readonly hasColour: boolean;
  /** Whoever reads the lines has a time of its own for each. @default false */
  readonly isTimed?: boolean;
}

const COLOURS = { cyan: 36, green: 32, yellow: 33, blue: 34, magenta: 35, red: 31, gray: 90 } as const;
type Colour = keyof typeof COLOURS;

const NAME_COLOURS: readonly Colour[] = ["cyan", "green", "yellow", "blue", "magenta", "red"];
const NAME_COLOUR_EXCEPTIONS: ReadonlyMap<string, Colour> = new Map([["gmail-watcher", "blue"]]);
const LEVEL_COLOURS: Readonly<Record<Severity, Colour>> = {
  fatal: "red",
  error: "red",
  warn: "yellow",
  info: "cyan",
  debug: "gray",
  trace: "gray",
};

const DROPPED_PREFIXES: ReadonlySet<string> = new Set(["gateway", "channels", "providers"]);
const CHANNELS: ReadonlySet<string> = new Set(
  "bluebubbles discord feishu googlechat imessage irc line matrix mattermost msteams signal slack telegram webchat whatsapp zalo".split(
    " ",
  ),
);

/** One console line of a record, without the line end. */
export function formatLine(record: LogRecord, time: Date, format: ConsoleFormat): string {
  const iso = time.toISOString();
  const { severity, subsystem, message, meta } = record;
  const shown = record.consoleMessage ?? message;
  if (format.style === "json")
    return JSON.stringify({ time: iso, level: severity, subsystem, message: shown, ...meta });
  const name = displayName(subsystem);
  const stamp = format.style === "pretty" ? iso.slice(11, 19) : iso;
  const paint = format.hasColour ? paintAnsi : (text: string) => text;
  const text = withoutOwnName(shown, name) + errorNote(meta);
  const line = `${paint(`[${name}]`, nameColour(name))} ${paint(text, LEVEL_COLOURS[severity])}`;
  return format.isTimed === true ? line : `${stamp} ${line}`;
}

/** Short name of a subsystem: without its family, a channel by its id, else the last two parts. */
export function displayName(subsystem: string): string {
  const parts = subsystem.split("/");
  const start = parts.findIndex((part) => !DROPPED_PREFIXES.has(part));
  const [first, ...rest] = start === -1 ? [] : parts.slice(start);
  if (first === undefined) return subsystem;
  return CHANNELS.has(first) ? first : [first, ...rest].slice(-2).join("/");
}

/** Whether lines are coloured. `NO_COLOR` wins unless `FORCE_COLOR` asks for colour. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const force = env["FORCE_COLOR"];
  if (force && force !== "0") return true;
  if (env["NO_COLOR"] || force === "0") return false;
  const term = env["TERM"];
  return isTerminal || Boolean(env["COLORTERM"] || env["TERM_PROGRAM"] || (term && term !== "dumb"));
}

/** The message without its own subsystem in front, which the line shows already. */
function withoutOwnName(message: string, name: string): string {
  const lower = message.toLowerCase();
  const own = name.toLowerCase();
  const prefix = [`[${own}]`, `${own}:`, `${own} `].find((candidate) => lower.startsWith(candidate));
  const rest = prefix === undefined ? "" : message.slice(prefix.length).trimStart();
  return rest === "" ? message : rest;
}

/** Why, in a few words: consoles show no meta, but an operator must see what went wrong. */
function errorNote(meta: LogRecord["meta"]): string {
  const error = meta?.["error"];
  if (typeof error === "string") return `: ${error}`;
  const isError =
    typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
  return isError ? `: ${String(error.message)}` : "";
}

function nameColour(name: string): Colour {
  const exception = NAME_COLOUR_EXCEPTIONS.get(name);
  if (exception) return exception;
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
  return NAME_COLOURS[Math.abs(hash) % NAME_COLOURS.length] ?? "cyan";
}

function paintAnsi(text: string, colour: Colour): string {
  return `\u001b[${COLOURS[colour]}m${text}\u001b[39m`;
}
