/** Something to be told, as often as it happens but not more often than its hearers can bear. */
export interface Coalesced {
  /** Tells at once, or, when it was told just now, once more at the end of the interval. */
  soon(): void;
  close(): void;
}

/**
 * Puts news that come in a storm together (T-DOS-16): the first is told at once, what follows within the interval
 * (in ms, asked for anew each time) is told as one.
 */
export function coalesce(intervalMs: () => number, tell: () => void): Coalesced {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  const rest = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (!isDue) return;
      isDue = false;
      tell();
      rest();
    }, intervalMs());
    timer.unref();
  };
  return {
    soon: () => {
      if (timer !== undefined) {
        isDue = true;
        return;
      }
      tell();
      rest();
    },
    close: () => {
      clearTimeout(timer);
      timer = undefined;
      isDue = false;
    },
  };
}
