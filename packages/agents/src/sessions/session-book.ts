import type { AgentStore, AgentWrite } from "../store.ts";
import type { SessionEntry } from "./entry.ts";
import { TranscriptWriter, type TranscriptTail } from "./transcript-writer.ts";

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
  readonly #random: (size: number) => Uint8Array;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(store: AgentStore, random: (size: number) => Uint8Array) {
    this.#store = store;
    this.#random = random;
  }

  /** Runs `change` on the session's present entry and commits what it asks for. */
  update<T>(
    key: string,
    change: (entry: SessionEntry | undefined) => Promise<SessionChange<T>> | SessionChange<T>,
  ): Promise<T> {
    return this.inTurn(`session ${key}`, async () => {
      const { writes, result } = await change(await this.#store.session(key));
      if (writes.length > 0) await this.#store.commit(writes);
      return result;
    });
  }

  /** Runs pieces of work of one name one after the other. */
  inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const done = before
      .catch(() => undefined)
      .then(work)
      .finally(() => {
        if (this.#last.get(name) === done) this.#last.delete(name);
      });
    this.#last.set(name, done);
    return done;
  }

  /** Goes on with a transcript where it ends, at `now`. Call it inside `update`. */
  async writer(sessionId: string, now: number): Promise<TranscriptWriter> {
    const tail = await this.#tailOf(sessionId);
    return new TranscriptWriter({ sessionId, tail, now, random: this.#random });
  }

  async #tailOf(sessionId: string): Promise<TranscriptTail | undefined> {
    const [line] = await this.#store.transcript(sessionId, { limit: 1 });
    return line === undefined
      ? undefined
      : { id: line.id, length: await this.#store.transcriptLength(sessionId) };
  }

  /** Resolves when nothing is being changed any more. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.allSettled([...this.#last.values()]);
  }
}
