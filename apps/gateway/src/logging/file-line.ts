import type { ILogObjMeta } from "tslog";

/** A record as the logger core hands it to its transports. */
export type CoreRecord = Readonly<Record<string, unknown>> & ILogObjMeta;

/** Which of the lines of this process a line is: who reads them sees whether some are missing. */
export interface LineNumber {
  readonly pid: number;
  /** Counts the lines meant for the file from 1 on. */
  readonly seq: number;
}

/**
 * One line of the log file: arguments under numbers, `_meta`, `time` last. Tools parse these keys.
 *
 * `{"0":"{\"subsystem\":\"gateway\"}","1":{"port":18789},"2":"text","_meta":{…},"time":"2026-11-22T10:00:00.000Z"}`
 *
 * Docs: runbook.md#logs
 */
export function fileLine(record: CoreRecord, number?: LineNumber): string {
  const meta = record["_meta"];
  const date = meta?.date ?? new Date();
  return JSON.stringify({ ...record, _meta: { ...meta, ...number }, time: date.toISOString() });
}
