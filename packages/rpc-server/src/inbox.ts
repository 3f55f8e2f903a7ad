import { nextTick } from "node:process";

/** What an inbox does with what comes in. */
export interface InboxListener<T> {
  /** Must not throw. */
  take(message: T): void;
  /** Nothing is left, and the last one has done what it could without waiting. */
  emptied(): void;
}

/**
 * Hands over messages that came together one after the other, each when the one before has done what it could without
 * waiting for anything outside: a client may send a request that builds on another without waiting for the answer.
 */
export class Inbox<T> {
  readonly #listener: InboxListener<T>;
  readonly #waiting: T[] = [];
  #isBusy = false;

  constructor(listener: InboxListener<T>) {
    this.#listener = listener;
  }

  /** Whether a message is being taken. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  add(message: T): void {
    this.#waiting.push(message);
    if (!this.#isBusy) this.#handOver();
  }

  #handOver(): void {
    const message = this.#waiting.shift();
    this.#isBusy = message !== undefined;
    if (message === undefined) return this.#listener.emptied();
    this.#listener.take(message);
    // A tick comes after all microtasks, whatever they add; a tick from a tick would come before them.
    queueMicrotask(() => nextTick(() => this.#handOver()));
  }
}
