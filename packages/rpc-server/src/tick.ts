/** Calls `tick` every `intervalMs` until the returned function is called. Does not hold the process. */
export function startTick(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The part of a connection that pings need. */
export interface Pingable {
  /** A ping was written and no pong has come back. */
  readonly isPongDue: boolean;
  ping(): void;
  terminate(): void;
}

/**
 * Pings every peer at each interval and ends those that did not answer the ping before. Only the pong counts, other
 * traffic does not.
 *
 * Docs: protocol.md#liveness
 */
export function startPings(intervalMs: number, peers: () => Iterable<Pingable>): () => void {
  let check: NodeJS.Immediate | undefined;
  const stop = startTick(intervalMs, () => {
    // After a blocked loop the timer comes first: pongs that are waiting in the sockets are read before this runs.
    check = setImmediate(() => {
      for (const peer of peers()) {
        if (peer.isPongDue) peer.terminate();
        else peer.ping();
      }
    });
  });
  return () => {
    stop();
    if (check) clearImmediate(check);
  };
}
