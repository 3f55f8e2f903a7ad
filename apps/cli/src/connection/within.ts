import { setTimeout as sleep } from "node:timers/promises";

import { ConnectionError } from "@openclaw/client";

// Node takes anything above for 1.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Gives work with a gateway a deadline as a whole: each of its steps has one too, but they add up.
 *
 * @throws {ConnectionError} `timeout`; the work itself goes on until its own steps give up
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal: controller.signal }).then(() => {
    throw new ConnectionError("timeout", `gateway timeout after ${ms}ms`);
  });
  return Promise.race([work, late]).finally(() => controller.abort());
}
