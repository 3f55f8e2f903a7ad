import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { at, isObject, type JsonObject } from "./json.ts";
import type { Entry, RecordedConnection, Recording } from "./recording.ts";
import { replaceVolatile, type RawStep } from "./volatile.ts";

/** Name of the only connection of a file that names none. */
export const ONLY = "client";

/** Names of all recordings below a folder, such as `v3/hs-bad-token`, sorted; a line that is not there has none. */
export async function listRecordings(folder: string, lines: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const line of lines) {
    const files = await readdir(join(folder, line)).catch(() => []);
    names.push(
      ...files
        .filter((file) => file.endsWith(".json"))
        .map((file) => `${line}/${file.slice(0, -".json".length)}`),
    );
  }
  return names.sort();
}

/** Reads one file. */
export async function readRecording(folder: string, name: string): Promise<JsonObject> {
  const json: unknown = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8"));
  if (!isObject(json)) throw new TypeError(`${name} holds no object`);
  return json;
}

/**
 * Interprets a recording. Two formats exist: `dir` is `out`/`in` with the step beside it, connections listed one after
 * the other; or `dir` is `>`/`<` with everything in `frame` and connections in true order.
 */
export function parseRecording(name: string, json: JsonObject): Recording {
  const steps = replaceVolatile(withConnections((json["frames"] as readonly JsonObject[]).map(rawStep)));
  const connections = new Map<string, Entry[]>();
  const order: { connection: string; entry: number }[] = [];
  for (const step of steps) {
    const entries = connections.get(step.connection) ?? [];
    connections.set(step.connection, entries);
    const entry = toEntry(step);
    if (!entry) continue;
    order.push({ connection: step.connection, entry: entries.length });
    entries.push(entry);
  }
  return {
    name,
    description: String(json["description"] ?? ""),
    connections: [...connections].map(([connection, entries]): RecordedConnection => ({
      name: connection,
      entries,
    })),
    ...(isOrdered(json) && { order }),
    upgradeHeaders: headersOf(json["upgradeHeaders"]),
  };
}

/** Headers are told once for all connections, or by connection. */
function headersOf(headers: unknown): Recording["upgradeHeaders"] {
  if (!isObject(headers)) return {};
  const isForAll = Object.values(headers).every((value) => typeof value === "string");
  return (isForAll ? { "*": headers } : headers) as Recording["upgradeHeaders"];
}

/** A second challenge on one connection is the first message of the next one, after the client left the one before. */
function withConnections(steps: readonly RawStep[]): readonly RawStep[] {
  const challenges = new Map<string, number>();
  return steps.flatMap((step) => {
    const isChallenge = at(step.frame, "event") === "connect.challenge";
    const before = challenges.get(step.connection) ?? 0;
    const count = isChallenge ? before + 1 : before;
    challenges.set(step.connection, count);
    const named = { ...step, connection: nameOf(step.connection, count) };
    if (!isChallenge || before === 0) return [named];
    const left: RawStep = {
      connection: nameOf(step.connection, before),
      isSent: true,
      close: { code: 1005, reason: "" },
    };
    return [left, named];
  });
}

function nameOf(connection: string, count: number): string {
  return count > 1 ? `${connection}-${count}` : connection;
}

function isOrdered(json: JsonObject): boolean {
  return (json["frames"] as readonly JsonObject[]).some(({ dir }) => dir === ">" || dir === "<");
}

function rawStep(step: JsonObject): RawStep {
  const { dir, conn, frame, raw, note, close } = step;
  const ws = at(frame, "ws");
  return {
    connection: conn === undefined ? ONLY : String(conn),
    isSent: dir === "out" || dir === ">",
    ...(frame !== undefined && ws === undefined && { frame: withBody(frame) }),
    ...(typeof raw === "string" && { raw }),
    ...(typeof note === "string" && { note }),
    ...(isObject(close) && { close: toClose(close) }),
    ...(ws === "close" && { close: toClose(frame as JsonObject) }),
  };
}

/** The body of an HTTP answer is told as text. */
function withBody(frame: unknown): unknown {
  const body = at(frame, "body");
  if (at(frame, "http") !== "response" || typeof body !== "string") return frame;
  return { ...(frame as JsonObject), body: JSON.parse(body) as unknown };
}

function toClose({ code, reason }: JsonObject) {
  return { code: Number(code), reason: String(reason ?? "") };
}

function toEntry({ isSent, frame, raw, note, close }: RawStep): Entry | undefined {
  if (at(frame, "http") !== undefined) return toHttp(frame as JsonObject);
  if (frame !== undefined) return { kind: isSent ? "send" : "receive", frame: frame as JsonObject };
  if (raw !== undefined) return { kind: "send-raw", text: raw };
  if (note !== undefined) return { kind: "send-noted", note };
  // 1005: nobody sent a close frame with a code, so the client left.
  if (close) return isSent || close.code === 1005 ? { kind: "leave" } : { kind: "closed", ...close };
  return undefined;
}

function toHttp({ http, method, url, status, contentType, body }: JsonObject): Entry {
  return http === "request"
    ? { kind: "send-http", method: String(method), url: String(url) }
    : { kind: "receive-http", status, contentType, body };
}
