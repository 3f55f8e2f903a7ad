import { schedule } from "./timer.ts";

/** What a {@link TickWatch} sees of its connection. */
export interface TickHost {
  now(): number;
  /** Whether a request with its own deadline is waiting: it will end the silence by itself. */
  hasDeadline(): boolean;
  /** The gateway has been silent for two tick intervals. */
  silent(): void;
}

/**
 * Notices a connection that is open but dead. Any inbound frame counts as life, not only ticks.
 * Docs: protocol.md#liveness
 */
export class TickWatch {
  readonly #host: TickHost;
  readonly #limitMs: number;
  #lastFrameAt: number;
  #cancel: () => void;

  constructor(host: TickHost, tickIntervalMs: number) {
    this.#host = host;
    this.#limitMs = 2 * tickIntervalMs;
    this.#lastFrameAt = host.now();
    this.#cancel = schedule(this.#limitMs, () => this.#check());
  }

  frame(): void {
    this.#lastFrameAt = this.#host.now();
  }

  stop(): void {
    this.#cancel();
  }

  #check(): void {
    const leftMs = this.#lastFrameAt + this.#limitMs - this.#host.now();
    if (leftMs <= 0 && !this.#host.hasDeadline()) this.#host.silent();
    // A waiting request postpones the verdict by half the limit, one tick interval.
    else this.#cancel = schedule(leftMs > 0 ? leftMs : this.#limitMs / 2, () => this.#check());
  }
}
