import { setImmediate } from "node:timers/promises";

/** How long work on a configuration may go on without others getting a turn, in ms. */
const TURN_MS = 3;

/** Work that gives way now and then, because a long file must not hold up the connections of a gateway. */
export class Turn {
  #until = performance.now() + TURN_MS;

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Lets everything run that waits, if the turn is over. */
  async pass(): Promise<void> {
    if (!this.isOver) return;
    await setImmediate();
    this.#until = performance.now() + TURN_MS;
  }
}
