/** Bounds of {@link fullJitterMs}, in milliseconds. */
export interface BackoffBounds {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Delay before reconnect attempt number `attempt` (from 0): uniform between zero and a ceiling that doubles up to
 * `maxMs`. Full jitter keeps clients that lost the same gateway from coming back in step
 * ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param random a number in [0, 1)
 */
export function fullJitterMs(attempt: number, random: number, bounds: BackoffBounds): number {
  // 2 ** 1024 is Infinity; min() still yields maxMs then.
  const ceiling = Math.min(bounds.maxMs, bounds.baseMs * 2 ** Math.max(0, attempt));
  return Math.floor(random * ceiling);
}
