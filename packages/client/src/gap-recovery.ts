import type { EventFrame } from "@openclaw/protocol";

/** A hole in the numbering of a connection's events. */
export interface SequenceGap {
  readonly expected: number;
  readonly received: number;
}

/**
 * Watches the `seq` of one connection's events. The first number seen is the baseline; targeted events carry none.
 * Docs: protocol.md#events
 */
export class SequenceWatch {
  #last: number | undefined;

  /** Takes the next event's number and returns the gap before it, if there is one. */
  accept(seq: number | undefined): SequenceGap | undefined {
    if (seq === undefined) return undefined;
    const expected = this.#last === undefined ? seq : this.#last + 1;
    this.#last = Math.max(seq, this.#last ?? seq);
    return seq > expected ? { expected, received: seq } : undefined;
  }
}

/** What a {@link GapRecovery} needs of its client. */
export interface GapHost {
  gap(gap: SequenceGap): void;
  /** Asks for the present state; rejects when that cannot be had. */
  refresh(): Promise<unknown>;
  refreshed(): void;
  failed(error: unknown): void;
}

/**
 * Brings one connection's state up to date after missed events. One refresh runs at a time; gaps that open meanwhile
 * cause one more, because its answers may be older than they are. One that failed is tried again with the next tick.
 */
export class GapRecovery {
  readonly #host: GapHost;
  readonly #watch = new SequenceWatch();
  #isStale = false;
  #isRunning = false;

  constructor(host: GapHost) {
    this.#host = host;
  }

  accept({ event, seq }: Pick<EventFrame, "event" | "seq">): void {
    const gap = this.#watch.accept(seq);
    if (gap) {
      this.#host.gap(gap);
      this.#isStale = true;
    }
    if (this.#isStale && !this.#isRunning && (gap || event === "tick")) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#host.refresh();
      }
      this.#host.refreshed();
    } catch (error) {
      this.#isStale = true;
      this.#host.failed(error);
    } finally {
      this.#isRunning = false;
    }
  }
}
