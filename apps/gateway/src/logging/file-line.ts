import type { ILogObjMeta } from "tslog";

/** A record as the logger core hands it to its transports. */
export type CoreRecord = Readonly<Record<string, unknown>> & ILogObjMeta;

/**
 * One line of the log file: arguments under numbers, `_meta`, `time` last. Tools parse these keys.
 *
 * `{"0":"{\"subsystem\":\"gateway\"}","1":{"port":18789},"2":"text","_meta":{…},"time":"2026-11-22T10:00:00.000Z"}`
 *
 * Docs: runbook.md#logs
 */
export function fileLine(record: CoreRecord): string {
  const date = record["_meta"]?.date ?? new Date();
  return JSON.stringify({ ...record, time: date.toISOString() });
}
