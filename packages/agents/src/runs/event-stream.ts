import type { RunEvent } from "./types.ts";

/** That many events, and characters in them, may wait for a reader before the writer should pause. */
const HIGH_WATER = 256;
const HIGH_WATER_CHARS = 1_048_576;

/** Events of one run for one reader. The writer asks `isFull` and waits for `drained`. */
export class EventStream implements AsyncIterableIterator<RunEvent> {
  #queue: RunEvent[] = [];
  #queuedChars = 0;
  #isEnded = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;
  readonly #onClose: (stream: EventStream) => void;

  constructor(onClose: (stream: EventStream) => void) {
    this.#onClose = onClose;
  }

  get isFull(): boolean {
    return this.#queue.length >= HIGH_WATER || this.#queuedChars >= HIGH_WATER_CHARS;
  }

  /** Resolves when the reader has caught up or left. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  push(event: RunEvent): void {
    if (this.#isEnded) return;
    this.#queue.push(event);
    this.#queuedChars += charsOf(event);
    this.#wakeReader?.();
  }

  /** No more events will come; those waiting can still be read. */
  end(): void {
    this.#isEnded = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async next(): Promise<IteratorResult<RunEvent>> {
    while (this.#queue.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    const event = this.#queue.shift();
    if (event !== undefined) this.#queuedChars -= charsOf(event);
    if (this.#queue.length < HIGH_WATER / 2 && this.#queuedChars < HIGH_WATER_CHARS) this.#wakeWriter?.();
    return event === undefined ? { done: true, value: undefined } : { done: false, value: event };
  }

  return(): Promise<IteratorResult<RunEvent>> {
    this.#queue = [];
    this.#queuedChars = 0;
    this.end();
    this.#onClose(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Every event carries the text so far. */
function charsOf(event: RunEvent): number {
  return "text" in event ? (event.text?.length ?? 0) : 0;
}
