/**
 * Unread events between a connection and one reader. Holds at most `capacity`; a reader further behind loses the
 * oldest, as every streamed event also carries its text so far.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #unread: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(event: T): void {
    if (this.#ended) return;
    if (this.#unread.length === this.#capacity) this.#unread.shift();
    this.#unread.push(event);
    this.#wake?.();
  }

  /** No more events will come; a reader still gets the unread ones. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const next = this.#unread.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
