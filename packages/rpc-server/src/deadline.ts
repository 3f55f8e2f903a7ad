const SLICES = 15;

/**
 * Calls `expire` after `durationMs` during which this process was able to work. The time is counted in slices: a
 * blocked event loop delays a slice instead of eating the time the peer has (T-DOS-03), and what arrived during the
 * blockade is read before the deadline strikes. Returns the function that calls it off.
 */
export function startDeadline(durationMs: number, expire: () => void): () => void {
  let slicesLeft = SLICES;
  let strike: NodeJS.Immediate | undefined;
  const timer = setInterval(() => {
    slicesLeft -= 1;
    if (slicesLeft > 0) return;
    clearInterval(timer);
    strike = setImmediate(expire);
  }, durationMs / SLICES);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (strike) clearImmediate(strike);
  };
}
