import type { Logger } from "../logger.ts";
import type { Cleanup } from "./maintenance.ts";

/** When to clean up, in milliseconds. */
export interface MaintenanceTimes {
  /** From the start, or from a change of the rules, to the next cleanup; also while there is more to do. */
  readonly delayMs: number;
  readonly everyMs: number;
}

/** What a timer needs of its surroundings. */
export interface MaintenanceTimerOptions {
  readonly times: MaintenanceTimes;
  readonly cleanUp: (signal: AbortSignal) => Promise<Cleanup>;
  /** The rules in force, as text: another text is a change. */
  readonly rules: () => string;
  readonly logger: Logger | undefined;
}

/** Cleans up now and then, beside everything else that goes on. */
export class MaintenanceTimer {
  readonly #options: MaintenanceTimerOptions;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #rules = "";
  #lastTold = "";

  constructor(options: MaintenanceTimerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rules = this.#options.rules();
    this.#wait(this.#options.times.delayMs);
  }

  /** Other rules are not left to wait for as long as the same ones. */
  configChanged(): void {
    const rules = this.#options.rules();
    if (this.#timer === undefined || rules === this.#rules) return;
    this.#rules = rules;
    this.#wait(this.#options.times.delayMs);
  }

  /** Ends what goes on between two removals. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#cleanUp();
    }, ms);
    this.#timer.unref();
  }

  async #cleanUp(): Promise<void> {
    const { cleanUp, times, logger } = this.#options;
    const { signal } = this.#closing;
    let nextMs = times.everyMs;
    try {
      const cleanup = await cleanUp(signal);
      this.#tell(cleanup);
      if (cleanup.applied && cleanup.hasMore) nextMs = times.delayMs;
    } catch (error) {
      logger?.error("session maintenance failed", { error });
    }
    if (!signal.aborted) this.#wait(nextMs);
  }

  /** What is only warned of stays there to be found again: it is told once. */
  #tell({ applied, removals, before, after }: Cleanup): void {
    const sessions = removals.filter(({ type }) => type === "session").length;
    const counts = `${counted(sessions, "session")} and ${counted(removals.length - sessions, "archive")}`;
    const told = applied || removals.length === 0 ? "" : counts;
    const isNews = told !== this.#lastTold;
    this.#lastTold = told;
    if (removals.length === 0) return;
    const { logger } = this.#options;
    if (applied)
      logger?.info(`session maintenance removed ${counts}; ${before.bytes - after.bytes} bytes are free`);
    else if (isNews)
      logger?.warn(`session maintenance would remove ${counts}; its mode is "warn", so they stay`);
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
