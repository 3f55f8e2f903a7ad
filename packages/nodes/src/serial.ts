/** Runs tasks one after another, so that none works from an old record. */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve();

  /** Settles like the task. A failed task does not stop the next one. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(task, task);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
