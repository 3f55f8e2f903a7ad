/** How often a growing text is sent, given that every sending carries the whole text. */
export interface DeltaPace {
  /** Up to this length every piece is sent at once. */
  readonly freeChars: number;
  readonly minIntervalMs: number;
  /** Longer texts are sent so seldom that this rate is kept. */
  readonly charsPerSecond: number;
}

/** Chat clients redraw the whole message. */
export const CHAT_PACE: DeltaPace = { freeChars: 0, minIntervalMs: 150, charsPerSecond: 262_144 };
/** Program clients read along word by word while that is cheap. */
export const AGENT_PACE: DeltaPace = { freeChars: 4096, minIntervalMs: 150, charsPerSecond: 262_144 };

/** A piece of text ready to send. */
export interface TextPiece {
  /** The whole text so far. */
  readonly text: string;
  /** What was added since the piece before. */
  readonly delta: string;
  /** Sent because the text is over, not because it was time. */
  readonly isFlush: boolean;
  /** The first piece of a text that takes the place of another one. */
  readonly isReplacement: boolean;
}

/**
 * Sends a growing text seldom enough that the cost stays linear in its length. What is held back is sent by a timer,
 * or at the latest by `flush`; the deltas sent always join to the text.
 */
export class DeltaCoalescer {
  readonly #pace: DeltaPace;
  readonly #now: () => number;
  readonly #send: (piece: TextPiece) => void;
  #text = "";
  #pending = "";
  #hasSent = false;
  #isReplacement = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(o: {
    readonly pace: DeltaPace;
    readonly now: () => number;
    readonly send: (piece: TextPiece) => void;
  }) {
    this.#pace = o.pace;
    this.#now = o.now;
    this.#send = o.send;
  }

  /** Takes the next piece. */
  push(delta: string): void {
    if (delta === "") return;
    this.#text += delta;
    this.#pending += delta;
    const waitMs = this.#waitMs();
    if (waitMs <= 0) this.#sendNow(false);
    else this.#timer ??= setTimeout(() => this.#sendNow(false), waitMs);
  }

  /** Sends what is held back, if anything. */
  flush(): void {
    if (this.#pending !== "") this.#sendNow(true);
  }

  /** Forgets the text, held back or not: the next piece begins another one. */
  restart(): void {
    this.#stopTimer();
    this.#text = "";
    this.#pending = "";
    this.#isReplacement ||= this.#hasSent;
  }

  #waitMs(): number {
    const { freeChars, minIntervalMs, charsPerSecond } = this.#pace;
    const { length } = this.#text;
    if (length <= freeChars) return 0;
    const intervalMs = Math.max(minIntervalMs, (length / charsPerSecond) * 1000);
    // A clock set back must not silence the stream.
    return Math.min(intervalMs, this.#sentAt + intervalMs - this.#now());
  }

  #sendNow(isFlush: boolean): void {
    this.#stopTimer();
    const piece = { text: this.#text, delta: this.#pending, isFlush, isReplacement: this.#isReplacement };
    this.#pending = "";
    this.#hasSent = true;
    this.#isReplacement = false;
    this.#sentAt = this.#now();
    this.#send(piece);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
