import type { AgentStore, AgentWrite } from "../store.ts";
import type { SessionEntry } from "./entry.ts";

/** What a change of a session leads to: writes to commit together, and a result for the caller. */
export interface SessionChange<T> {
  readonly writes: readonly AgentWrite[];
  readonly result: T;
}

/**
 * Lets everything that changes a session do so one after the other: each change sees what the one before it
 * committed, so that no update is lost and every transcript line follows the line before it.
 */
export class SessionBook {
  readonly #store: AgentStore;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(store: AgentStore) {
    this.#store = store;
  }

  /** Runs `change` on the session's present entry and commits what it asks for. */
  update<T>(
    key: string,
    change: (entry: SessionEntry | undefined) => Promise<SessionChange<T>> | SessionChange<T>,
  ): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const done = before
      .catch(() => undefined)
      .then(async () => {
        const { writes, result } = await change(await this.#store.session(key));
        if (writes.length > 0) await this.#store.commit(writes);
        return result;
      })
      .finally(() => {
        if (this.#last.get(key) === done) this.#last.delete(key);
      });
    this.#last.set(key, done);
    return done;
  }

  /** Id of a transcript's newest line; undefined when it has none. Call it inside `update`. */
  async tailOf(sessionId: string): Promise<string | undefined> {
    const [line] = await this.#store.transcript(sessionId, { limit: 1 });
    return line?.id;
  }

  /** Resolves when nothing is being changed any more. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.allSettled([...this.#last.values()]);
  }
}
