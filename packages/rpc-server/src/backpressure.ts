/** What to do with a frame, given how much the receiver has not read yet. */
export type Delivery = "send" | "skip" | "close";

/**
 * Decides about one frame for one receiver: above the limit droppable frames are skipped, any other frame ends the
 * connection.
 *
 * Docs: protocol.md#slow-consumers
 */
export function planDelivery(bufferedBytes: number, limitBytes: number, droppable: boolean): Delivery {
  if (bufferedBytes <= limitBytes) return "send";
  return droppable ? "skip" : "close";
}

/**
 * Picks the receivers to give up, slowest first, until what the others hold together fits the limit. Each one alone
 * may be within its own limit: many of them can still exhaust the memory.
 */
export function slowestOver<T extends { readonly bufferedBytes: number }>(
  receivers: { values(): Iterable<T> },
  limitBytes: number,
): T[] {
  let total = 0;
  for (const receiver of receivers.values()) total += receiver.bufferedBytes;
  if (total <= limitBytes) return [];
  const holders = Array.from(receivers.values(), (receiver) => ({ receiver, bytes: receiver.bufferedBytes }));
  const given: T[] = [];
  for (const { receiver, bytes } of holders.sort((a, b) => b.bytes - a.bytes)) {
    if (total <= limitBytes) break;
    total -= bytes;
    given.push(receiver);
  }
  return given;
}

/** Pace of a sender: a bucket of one second's worth of messages that refills steadily. */
export class Pace {
  readonly #perSecond: number;
  #tokens: number;
  #refilledAtMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#refilledAtMs = nowMs;
  }

  /** Counts one message. Returns for how many ms nothing more should be read; 0 within the pace. */
  take(nowMs: number): number {
    const refill = ((nowMs - this.#refilledAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + refill) - 1;
    this.#refilledAtMs = nowMs;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1000);
  }
}
