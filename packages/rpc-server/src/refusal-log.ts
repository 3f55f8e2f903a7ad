import type { Logger } from "./options.ts";

const WINDOW_MS = 60_000;
const LINES_PER_WINDOW = 20;

/** Tells operators whom the gateway turned away, without letting strangers fill the log (T-DOS-11). */
export class RefusalLog {
  readonly #logger: Logger | undefined;
  readonly #now: () => number;
  #windowEndsAt = 0;
  #lines = 0;

  constructor(logger: Logger | undefined, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  /** Writes one line, or only counts it when this minute has had its share. */
  note(message: string, meta: Readonly<Record<string, unknown>>): void {
    const now = this.#now();
    if (now >= this.#windowEndsAt) this.#startWindow(now);
    this.#lines += 1;
    if (this.#lines <= LINES_PER_WINDOW) this.#logger?.warn(message, meta);
  }

  #startWindow(now: number): void {
    const suppressed = this.#lines - LINES_PER_WINDOW;
    if (suppressed > 0) this.#logger?.warn("more refusals were not logged", { count: suppressed });
    this.#windowEndsAt = now + WINDOW_MS;
    this.#lines = 0;
  }
}
