/** How many writes of the configuration one caller has left. */
export interface WriteBudgetLimits {
  readonly maxCalls: number;
  readonly windowMs: number;
}

interface Window {
  readonly startedAt: number;
  count: number;
}

/** Callers remembered at the same time; the least recently seen is forgotten first. */
const MAX_CALLERS = 1_000;

/**
 * Counts calls in fixed windows. A program that writes in a loop would otherwise restart the gateway in a loop
 * (T-CFG-10). Docs: protocol.md#write-budget
 */
export class WriteBudget {
  /** Most recently used last. */
  readonly #windows = new Map<string, Window>();

  /** Counts a call; says how long the caller must wait when it has none left. */
  spend(key: string, { maxCalls, windowMs }: WriteBudgetLimits, now: number): number | undefined {
    const known = this.#windows.get(key);
    // A window that begins in the future means that the clock was set back.
    const isOpen = known !== undefined && now >= known.startedAt && now < known.startedAt + windowMs;
    const window = isOpen ? known : { startedAt: now, count: 0 };
    window.count += 1;
    this.#windows.delete(key);
    this.#windows.set(key, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > MAX_CALLERS && oldest !== undefined) this.#windows.delete(oldest);
    return window.count > maxCalls ? window.startedAt + windowMs - now : undefined;
  }
}
