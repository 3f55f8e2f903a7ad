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

/** How busy a lane is. */
export interface LaneState {
  readonly name: string;
  /** Places, as the configuration has them now. */
  readonly limit: number;
  readonly running: number;
  readonly waiting: number;
  /** How long the first in the queue has waited, in ms; null when nobody waits. */
  readonly oldestWaitMs: number | null;
}

interface Waiting {
  readonly since: number;
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

  /** `limit` is read whenever a place is given out, so a changed one applies to the next; see {@link serve}. */
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

  get state(): LaneState {
    const [first] = this.#waiting;
    return {
      name: this.#name,
      limit: this.#places,
      running: this.#running,
      waiting: this.#waiting.size,
      oldestWaitMs: first === undefined ? null : Math.max(0, this.#now() - first.since),
    };
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
      since,
      start: () => {
        state = "running";
        this.#running += 1;
        this.#warnIfSlow(this.#now() - since, queueAhead, facts);
        resolve();
      },
    };
    this.#waiting.add(waiting);
    this.serve();
    return {
      isImmediate: this.#running > 0 && !this.#waiting.has(waiting),
      ready,
      release: () => {
        if (state === "running") this.#running -= 1;
        state = "released";
        this.#waiting.delete(waiting);
        this.serve();
      },
    };
  }

  /** Lets in who waits, as far as there are places: after a change of the limit, too. */
  serve(): void {
    for (const waiting of this.#waiting) {
      if (this.#running >= this.#places) return;
      this.#waiting.delete(waiting);
      waiting.start();
    }
  }

  get #places(): number {
    return Math.max(1, this.#limit());
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
