import { setTimeout as sleep } from "node:timers/promises";

import { ConnectionError, DEFAULTS, fullJitterMs, recoverFrom, RpcError } from "@openclaw/client";
import type { Methods } from "@openclaw/client";

import type { LogPlace, LogSource } from "./log-source.ts";

type LogsTail = Methods["logs.tail"]["result"];

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
const END: LogPlace = { position: "end" };

/**
 * Hands on what is written to the log until the signal is aborted or the output closed. A gateway that goes away is
 * looked for again, up to eight times in a row; the first connection fails fast.
 *
 * @throws what ended the last try
 */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { signal, isOutputClosed } = options;
  const progress: Progress = { place: END, tries: 0 };
  while (!signal.aborted && !isOutputClosed()) {
    try {
      await tailUntilLost(options, progress);
    } catch (error) {
      if (!(error instanceof ConnectionError) || progress.place === END) throw error;
      if (progress.tries === MAX_TRIES || recoverFrom(error).action !== "retry") throw error;
      const bounds = { baseMs: DEFAULTS.reconnectBaseMs, maxMs: DEFAULTS.reconnectMaxMs };
      const delayMs = fullJitterMs(progress.tries, options.random(), bounds);
      progress.tries += 1;
      options.lost(error, delayMs);
      await pause(delayMs, signal);
    }
  }
}

interface Progress {
  place: LogPlace;
  tries: number;
}

async function tailUntilLost(options: FollowOptions, progress: Progress): Promise<void> {
  const { open, batch, intervalMs, signal, isOutputClosed } = options;
  const source = await open();
  try {
    while (!signal.aborted && !isOutputClosed()) {
      const tail = await tailFrom(source, progress.place);
      const { position, cursor, hasMore = false } = tail;
      progress.place = position === undefined ? { cursor } : { position };
      progress.tries = 0;
      batch(tail);
      if (!hasMore) await pause(intervalMs, signal);
    }
  } finally {
    await source.close();
  }
}

async function tailFrom(source: LogSource, place: LogPlace): Promise<LogsTail> {
  try {
    return await source.tail(place);
  } catch (error) {
    const isUnknown = error instanceof RpcError && error.code === "INVALID_REQUEST";
    // A gateway older than positions.
    if (place === END && isUnknown) return source.tail({});
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early; the callers look at the signal themselves.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
