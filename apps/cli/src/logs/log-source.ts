import type { Client, Methods } from "@openclaw/client";
import { tailLog } from "@openclaw/logs";

import type { CommandContext } from "../context.ts";
import { logFile } from "../local/log-file.ts";

type LogsTail = Methods["logs.tail"]["result"];

/** Where to read on: an exact position, or what a gateway knows that is older than positions. */
export type LogPlace = Pick<Methods["logs.tail"]["params"], "position" | "cursor">;

/** Reads the log of one connected gateway. */
export interface LogSource {
  tail(place: LogPlace): Promise<LogsTail>;
  close(): Promise<void>;
}

/** How much is read to begin with, and at a time. */
export interface LogBounds {
  readonly limit: number;
  readonly maxBytes: number;
}

/** Most lines that a gateway gives at once. */
export const MOST_LINES = 5_000;
/** Most bytes that a gateway gives at once. */
export const MOST_BYTES = 1_000_000;

/** The log as the gateway reads it: the newest lines to begin with, then whatever comes. */
export function remoteLog(client: Client, { limit, maxBytes }: LogBounds): LogSource {
  const isBeginning = ({ cursor, position = "end" }: LogPlace) => cursor === undefined && position === "end";
  return {
    tail: (place) =>
      client.request("logs.tail", { limit: isBeginning(place) ? limit : MOST_LINES, maxBytes, ...place }),
    close: () => client.close(),
  };
}

/** The end of the log file of this machine's gateway, which need not run; no lines when it cannot be read. */
export async function localLog(context: CommandContext, bounds: LogBounds): Promise<LogsTail | undefined> {
  const tail = await tailLog(await logFile(context), bounds).catch(() => undefined);
  return tail?.lines.length === 0 ? undefined : tail;
}
