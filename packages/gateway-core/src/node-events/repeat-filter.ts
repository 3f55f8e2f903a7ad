/** Senders that are remembered at the same time; of more, those that spoke last. */
const MAX_SENDERS = 256;

/** Drops what one sender says twice in a row within a short time. */
export class RepeatFilter {
  readonly #withinMs: number;
  readonly #now: () => number;
  readonly #last = new Map<string, { readonly text: string; readonly at: number }>();

  constructor({ withinMs, now }: { readonly withinMs: number; readonly now: () => number }) {
    this.#withinMs = withinMs;
    this.#now = now;
  }

  /** Does it, unless the sender said the same just now; what failed may be said again at once. Gives whether it was done. */
  async once(sender: string, text: string, act: () => Promise<boolean>): Promise<boolean> {
    const at = this.#now();
    const before = this.#last.get(sender);
    const isRepeat = before?.text === text && Math.abs(at - before.at) < this.#withinMs;
    if (isRepeat) return false;
    const said = { text, at };
    this.#remember(sender, said);
    try {
      return await act();
    } catch (error) {
      if (this.#last.get(sender) === said) this.#last.delete(sender);
      throw error;
    }
  }

  #remember(sender: string, said: { readonly text: string; readonly at: number }): void {
    // Re-inserting keeps the map ordered by time: what can repeat nothing any more stands in front.
    this.#last.delete(sender);
    this.#last.set(sender, said);
    for (const [other, { at }] of this.#last) {
      if (this.#last.size <= MAX_SENDERS && said.at - at < this.#withinMs) return;
      this.#last.delete(other);
    }
  }
}
