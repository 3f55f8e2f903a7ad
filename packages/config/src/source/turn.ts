import { setImmediate } from "node:timers/promises";

/** How long work on a configuration may go on without others getting a turn, in ms. */
const TURN_MS = 3;

/**
 * Work that gives way now and then, because a long file must not hold up the connections of a gateway. A clock that is put
 * back makes one turn longer; to start the monotonic one takes longer than to read most configurations.
 */
export class Turn {
  #until = Date.now() + TURN_MS;

  get isOver(): boolean {
    return Date.now() >= this.#until;
  }

  /** Lets everything run that waits, if the turn is over. */
  async pass(): Promise<void> {
    if (!this.isOver) return;
    await setImmediate();
    this.#until = Date.now() + TURN_MS;
  }
}
