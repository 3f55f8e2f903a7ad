export interface PaceOptions {
  /**
   * Looks at what changed. `isSettled` when nothing was noticed for a while. Resolves with the time in ms after which to
   * look again although nothing more is noticed.
   */
  readonly look: (isSettled: boolean) => Promise<number | undefined>;
  /** How long to wait for quiet after a look, in ms. */
  readonly debounceMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Notices that go on without a pause are looked at all the same, after this many times the debounce. */
const MAX_DEBOUNCES = 10;
const MIN_PATIENCE_MS = 1_000;

/**
 * When to look: at once at the first notice, and once more after the last one of a burst. Never twice at the same time.
 */
export class Pace {
  readonly #options: PaceOptions;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isClosed = false;
  /** Something was noticed while a look was under way. */
  #isNoticed = false;
  /** When the first notice came that waits for quiet; on the monotonic clock, in ms. */
  #waitingSince: number | undefined;
  #quietFrom = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Something may have changed. */
  notice(): void {
    if (this.#isClosed) return;
    if (this.#isLooking) {
      this.#isNoticed = true;
      return;
    }
    if (this.#timer === undefined && performance.now() >= this.#quietFrom) return this.#look(false);
    this.#waitForQuiet();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #waitForQuiet(): void {
    const now = performance.now();
    const debounceMs = this.#options.debounceMs();
    this.#waitingSince ??= now;
    const patience = Math.max(MIN_PATIENCE_MS, debounceMs * MAX_DEBOUNCES);
    this.#lookIn(Math.min(debounceMs, Math.max(0, this.#waitingSince + patience - now)));
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#look(true), ms);
    this.#timer.unref();
  }

  #look(isSettled: boolean): void {
    const { look, onError, debounceMs } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitingSince = undefined;
    this.#isLooking = true;
    this.#isNoticed = false;
    look(isSettled)
      .catch((error: unknown) => {
        onError(error);
        return undefined;
      })
      .then((againMs) => {
        this.#isLooking = false;
        this.#quietFrom = performance.now() + debounceMs();
        if (this.#isNoticed) this.#waitForQuiet();
        else if (againMs !== undefined) this.#lookIn(againMs);
      })
      .catch(onError);
  }
}
