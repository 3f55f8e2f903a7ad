import { ECHO_FAILURES, type EchoFailure } from "./models.ts";

/** One thing the user's text asks the built-in model to do. Docs: configuration.md#built-in-model */
export type Directive =
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "words"; readonly count: number }
  | { readonly do: "think"; readonly text: string }
  | { readonly do: "tools"; readonly calls: readonly EchoToolCall[] }
  | { readonly do: "delay"; readonly ms: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "chunk"; readonly size: number }
  | { readonly do: "error"; readonly reason: EchoFailure; readonly message: string | undefined }
  | { readonly do: "flaky"; readonly times: number; readonly reason: EchoFailure }
  | { readonly do: "drop" }
  | { readonly do: "stop-length" }
  | { readonly do: "usage"; readonly usage: Readonly<Record<string, unknown>> };

/** A tool call the text asks for. */
export interface EchoToolCall {
  readonly name: string;
  readonly args: unknown;
}

/** The user's text, taken apart. */
export interface EchoScript {
  readonly directives: readonly Directive[];
  /** The text without directive lines. */
  readonly text: string;
}

const MAX_WORDS = 100_000;
const MAX_PAUSE_MS = 10_000;
const MAX_WAIT_MS = 3_600_000;

/** Reads lines that begin with `@` and a known word as directives, from top to bottom; the rest is text. */
export function parseEchoScript(message: string): EchoScript {
  const directives: Directive[] = [];
  const text: string[] = [];
  for (const line of message.split("\n")) {
    const match = /^@([a-z]+)(?:[ \t]+(.*?))?[ \t\r]*$/u.exec(line);
    const directive = match === null ? undefined : readDirective(match[1] ?? "", match[2] ?? "");
    if (directive === undefined) text.push(line);
    else directives.push(directive);
  }
  return { directives, text: text.join("\n").trim() };
}

function readDirective(word: string, value: string): Directive | undefined {
  switch (word) {
    case "say":
      return { do: "say", text: value.replaceAll("\\n", "\n") };
    case "silent":
      return { do: "say", text: "NO_REPLY" };
    case "words":
      return withNumber(value, MAX_WORDS, (count) => ({ do: "words", count }));
    case "think":
      return { do: "think", text: value };
    case "tool":
      return readTool(value);
    case "tools":
      return readTools(value);
    case "delay":
      return withNumber(value, MAX_PAUSE_MS, (ms) => ({ do: "delay", ms }));
    case "wait":
      return withNumber(value, MAX_WAIT_MS, (ms) => ({ do: "wait", ms }));
    case "chunk":
      return withNumber(value, MAX_WORDS, (size) => ({ do: "chunk", size: Math.max(1, size) }));
    case "error":
      return readError(value);
    case "flaky":
      return readFlaky(value);
    case "drop":
      return { do: "drop" };
    case "stop":
      return value === "length" ? { do: "stop-length" } : undefined;
    case "usage":
      return readUsage(value);
    default:
      return undefined;
  }
}

function withNumber(value: string, max: number, make: (n: number) => Directive): Directive | undefined {
  return /^\d{1,9}$/u.test(value) ? make(Math.min(max, Number(value))) : undefined;
}

function readTool(value: string): Directive {
  const [, name = "", json = ""] = /^(\S+)\s*(.*)$/su.exec(value) ?? [];
  const args = json === "" ? { ok: {} } : parseJson(json);
  return args === undefined || name === ""
    ? badFormat("@tool")
    : { do: "tools", calls: [{ name, args: args.ok }] };
}

function readTools(value: string): Directive {
  const list = parseJson(value)?.ok;
  if (!Array.isArray(list)) return badFormat("@tools");
  const calls = list.flatMap((item: unknown) =>
    isRecord(item) && typeof item["name"] === "string"
      ? [{ name: item["name"], args: item["args"] ?? {} }]
      : [],
  );
  return calls.length === list.length && calls.length > 0 ? { do: "tools", calls } : badFormat("@tools");
}

function readError(value: string): Directive | undefined {
  const [, word, message] = /^(\S+)(?:\s+(.*))?$/su.exec(value) ?? [];
  const reason = ECHO_FAILURES.find((known) => known === word);
  return reason === undefined ? undefined : { do: "error", reason, message };
}

function readFlaky(value: string): Directive | undefined {
  const [, times, word] = /^(\d{1,3})\s+(\S+)$/u.exec(value) ?? [];
  const reason = ECHO_FAILURES.find((known) => known === word);
  return reason === undefined ? undefined : { do: "flaky", times: Number(times), reason };
}

function readUsage(value: string): Directive {
  const usage = parseJson(value)?.ok;
  return isRecord(usage) ? { do: "usage", usage } : badFormat("@usage");
}

function badFormat(directive: string): Directive {
  return { do: "error", reason: "format", message: `${directive} needs valid JSON` };
}

function parseJson(text: string): { readonly ok: unknown } | undefined {
  try {
    return { ok: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
