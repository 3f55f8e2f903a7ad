import type { Logger } from "../logger.ts";

const SLOW_WAIT_MS = 2000;

/** A place in a lane. Release it exactly once, whether or not it was ever reached; more does no harm. */
export interface LaneTicket {
  /** Whether the place was free at once. */
  readonly isImmediate: boolean;
  /** Resolves when it is this ticket's turn; a ticket released before never gets one. */
  readonly ready: Promise<void>;
  release(): void;
}

interface Waiting {
  readonly start: () => void;
}

/** First come, first served, with a bounded number served at a time. */
export class Lane {
  readonly #name: string;
  readonly #limit: () => number;
  readonly #logger: Logger | undefined;
  readonly #now: () => number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  /** `limit` is read whenever a place is given out, so a changed one applies to the next. */
  constructor(o: {
    readonly name: string;
    readonly limit: () => number;
    readonly logger?: Logger | undefined;
    readonly now: () => number;
  }) {
    this.#name = o.name;
    this.#limit = o.limit;
    this.#logger = o.logger;
    this.#now = o.now;
  }

  /** Nobody in it and nobody waiting. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#waiting.size === 0;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Takes the next place; the order of the calls is the order of the turns. A log line names who waits by `facts`. */
  take(facts?: object): LaneTicket {
    const since = this.#now();
    const queueAhead = this.#waiting.size + this.#running;
    let state: "waiting" | "running" | "released" = "waiting";
    let resolve: () => void = () => undefined;
    const ready = new Promise<void>((done) => {
      resolve = done;
    });
    const waiting: Waiting = {
      start: () => {
        state = "running";
        this.#running += 1;
        this.#warnIfSlow(this.#now() - since, queueAhead, facts);
        resolve();
      },
    };
    this.#waiting.add(waiting);
    this.#serve();
    return {
      isImmediate: this.#running > 0 && !this.#waiting.has(waiting),
      ready,
      release: () => {
        if (state === "running") this.#running -= 1;
        state = "released";
        this.#waiting.delete(waiting);
        this.#serve();
      },
    };
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      if (this.#running >= Math.max(1, this.#limit())) return;
      this.#waiting.delete(waiting);
      waiting.start();
    }
  }

  #warnIfSlow(waitedMs: number, queueAhead: number, facts: object = {}): void {
    if (waitedMs < SLOW_WAIT_MS) return;
    this.#logger?.warn(
      `lane wait exceeded: lane=${this.#name} waitedMs=${waitedMs} queueAhead=${queueAhead}`,
      facts,
    );
  }
}

/** One lane of one place per session; lanes nobody uses are forgotten. */
export class SessionLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #options: { readonly logger?: Logger | undefined; readonly now: () => number };

  constructor(options: { readonly logger?: Logger | undefined; readonly now: () => number }) {
    this.#options = options;
  }

  take(sessionKey: string, facts?: object): LaneTicket {
    let lane = this.#lanes.get(sessionKey);
    if (lane === undefined) {
      lane = new Lane({ name: `session:${sessionKey}`, limit: () => 1, ...this.#options });
      this.#lanes.set(sessionKey, lane);
    }
    const used = lane;
    const ticket = used.take(facts);
    return {
      ...ticket,
      release: () => {
        ticket.release();
        if (used.isIdle && this.#lanes.get(sessionKey) === used) this.#lanes.delete(sessionKey);
      },
    };
  }

  waitingCount(sessionKey: string): number {
    return this.#lanes.get(sessionKey)?.waitingCount ?? 0;
  }

  get size(): number {
    return this.#lanes.size;
  }
}
