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
