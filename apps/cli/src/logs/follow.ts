import { setTimeout as sleep } from "node:timers/promises";

import { ConnectionError, DEFAULTS, fullJitterMs, recoverFrom } from "@openclaw/client";
import type { Methods } from "@openclaw/client";

type LogsTail = Methods["logs.tail"]["result"];

/** Reads the log of one connected gateway. */
export interface LogSource {
  tail(cursor: number | undefined): Promise<LogsTail>;
  close(): Promise<void>;
}

/** What following needs of its command. */
export interface FollowOptions {
  readonly open: () => Promise<LogSource>;
  readonly batch: (batch: LogsTail) => void;
  /** The gateway is gone; the next try comes after `delayMs`. */
  readonly lost: (error: ConnectionError, delayMs: number) => void;
  /** Whether nobody reads the output any more. */
  readonly isOutputClosed: () => boolean;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
}

const MAX_TRIES = 8;

/**
 * Hands on what is written to the log until the signal is aborted or the output closed. A gateway that goes away is
 * looked for again, up to eight times in a row; the first connection fails fast.
 *
 * @throws what ended the last try
 */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { signal, isOutputClosed } = options;
  const position: Position = { cursor: undefined, tries: 0 };
  while (!signal.aborted && !isOutputClosed()) {
    try {
      await tailUntilLost(options, position);
    } catch (error) {
      if (!(error instanceof ConnectionError) || position.cursor === undefined) throw error;
      if (position.tries === MAX_TRIES || recoverFrom(error).action !== "retry") throw error;
      const bounds = { baseMs: DEFAULTS.reconnectBaseMs, maxMs: DEFAULTS.reconnectMaxMs };
      const delayMs = fullJitterMs(position.tries, options.random(), bounds);
      position.tries += 1;
      options.lost(error, delayMs);
      await pause(delayMs, signal);
    }
  }
}

interface Position {
  cursor: number | undefined;
  tries: number;
}

async function tailUntilLost(options: FollowOptions, position: Position): Promise<void> {
  const { open, batch, intervalMs, signal, isOutputClosed } = options;
  const source = await open();
  try {
    while (!signal.aborted && !isOutputClosed()) {
      const tail = await source.tail(position.cursor);
      position.cursor = tail.cursor;
      position.tries = 0;
      batch(tail);
      await pause(intervalMs, signal);
    }
  } finally {
    await source.close();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early; the callers look at the signal themselves.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
