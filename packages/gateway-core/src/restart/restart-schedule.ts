import type { Logger } from "../options.ts";

/** A restart that somebody wants. */
export interface RestartWish {
  /** The method that asks, such as `config.patch` or `gateway.restart.request`. */
  readonly reason: string;
  readonly delayMs: number;
  /** Who asks, for the log. */
  readonly actor: string;
  /** Keeps its distance from the restart before. @default true */
  readonly hasCooldown?: boolean;
}

/** When the restart comes that answers a wish. */
export interface RestartTicket {
  /** From now, cooldown included. */
  readonly delayMs: number;
  /** It is one that was scheduled before. */
  readonly coalesced: boolean;
  readonly cooldownMsApplied: number;
}

export interface RestartScheduleOptions {
  /** Does it; resolves when the gateway goes on instead. */
  readonly restart: (reason: string) => Promise<void>;
  /** Runs in progress; a restart waits for them, but not for ever. */
  readonly activeRuns: () => number;
  /** Epoch ms of the last restart: the one this gateway came from, or one that it asked for and that did not come about. */
  readonly restartedAt: () => number | undefined;
  readonly onRestart: (at: number) => void;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Bounds of scheduled restarts, in ms. Docs: protocol.md#restarts */
export const RESTART_TIMES = { cooldown: 30_000, maxDelay: 60_000, poll: 500, patience: 30_000 } as const;

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "scheduled"; readonly dueAt: number; readonly reason: string }
  | { readonly kind: "under-way" };

/** At most one restart to come. Restarts keep their distance, and wait a while for running work. */
export class RestartSchedule {
  readonly #options: RestartScheduleOptions;
  #state: State = { kind: "idle" };
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: RestartScheduleOptions) {
    this.#options = options;
  }

  /** Schedules a restart, or joins the one that comes earlier. */
  request({ reason, delayMs, actor, hasCooldown = true }: RestartWish): RestartTicket {
    const { logger, now } = this.#options;
    if (this.#state.kind === "under-way") {
      logger.warn(`restart request coalesced (already in-flight) reason=${reason} ${actor}`);
      return { delayMs: 0, coalesced: true, cooldownMsApplied: 0 };
    }
    const wished = Math.min(delayMs, RESTART_TIMES.maxDelay);
    const delay = hasCooldown ? Math.max(wished, this.#cooldownLeft()) : wished;
    if (this.#state.kind === "scheduled") {
      const { dueAt, reason: pendingReason } = this.#state;
      const left = Math.max(0, dueAt - now());
      const facts = `reason=${reason} pendingReason=${pendingReason}`;
      if (left <= delay) {
        logger.warn(`restart request coalesced (already scheduled) ${facts} delayMs=${left} ${actor}`);
        return { delayMs: left, coalesced: true, cooldownMsApplied: 0 };
      }
      logger.warn(
        `restart request rescheduled earlier ${facts} oldDelayMs=${left} newDelayMs=${delay} ${actor}`,
      );
    }
    this.#state = { kind: "scheduled", dueAt: now() + delay, reason };
    this.#wait(delay, () => this.#due(reason, 0));
    return { delayMs: delay, coalesced: false, cooldownMsApplied: delay - wished };
  }

  /** Forgets what was scheduled. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #due(reason: string, waitedMs: number): void {
    const { activeRuns, logger, now, onRestart, restart } = this.#options;
    const runs = activeRuns();
    if (runs > 0 && waitedMs < RESTART_TIMES.patience) {
      return this.#wait(RESTART_TIMES.poll, () => this.#due(reason, waitedMs + RESTART_TIMES.poll));
    }
    if (runs > 0)
      logger.warn(
        `restart timeout after ${waitedMs}ms with ${runs} embedded run(s) still active; restarting anyway`,
      );
    this.#state = { kind: "under-way" };
    onRestart(now());
    restart(reason)
      .catch((error: unknown) => logger.error("restart failed", { error }))
      // A restart that does not come about must not stand in the way of the next one.
      .finally(() => (this.#state = { kind: "idle" }));
  }

  #cooldownLeft(): number {
    const { now } = this.#options;
    const restartedAt = this.#options.restartedAt();
    if (restartedAt === undefined) return 0;
    const left = restartedAt + RESTART_TIMES.cooldown - now();
    // More than a whole cooldown left means that the clock was set back.
    return left > RESTART_TIMES.cooldown ? 0 : Math.max(0, left);
  }

  #wait(ms: number, next: () => void): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(next, ms);
    this.#timer.unref();
  }
}
