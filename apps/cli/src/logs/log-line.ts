import { readFields } from "../read-fields.ts";

/** A line of the gateway's log file, read. */
export interface LogLine {
  /** ISO time. */
  readonly time: string;
  /** Lower case. */
  readonly level: string;
  readonly subsystem?: string;
  readonly module?: string;
  readonly message: string;
  /** Process that wrote it. */
  readonly pid?: number;
  /** Number of the line among those of its process. */
  readonly seq?: number;
  /** The line as it is in the file. */
  readonly raw: string;
}

/**
 * Reads one line such as `{"0":"{\"subsystem\":\"gateway\"}","1":"text","_meta":{"logLevelName":"INFO"},"time":"…"}`;
 * `undefined` for what is no JSON object. The binding in front of the text is left out of the message.
 *
 * Docs: runbook.md#logs
 */
export function parseLogLine(raw: string): LogLine | undefined {
  const record = parseJson(raw);
  if (typeof record !== "object" || record === null || Array.isArray(record)) return undefined;
  const fields = readFields(record);
  const meta = readFields(fields._meta);
  const { subsystem, module } = readFields(parseJson(String(meta.name ?? "")));
  return {
    time: textOf(fields.time) ?? textOf(meta.date) ?? "",
    level: (textOf(meta.logLevelName) ?? textOf(fields.level) ?? "").toLowerCase(),
    ...(typeof subsystem === "string" && { subsystem }),
    ...(typeof module === "string" && { module }),
    message: messageOf(fields, meta.name),
    ...(typeof meta.pid === "number" && { pid: meta.pid }),
    ...(typeof meta.seq === "number" && { seq: meta.seq }),
    raw,
  };
}

function messageOf(fields: Readonly<Record<string, unknown>>, binding: unknown): string {
  const parts = Object.keys(fields)
    .filter((key) => /^\d+$/.test(key))
    .map((key) => fields[key])
    .filter((part) => part !== binding)
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  return parts.length > 0 ? parts.join(" ") : (textOf(fields.message) ?? "");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
