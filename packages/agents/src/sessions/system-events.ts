import type { SystemNote } from "../text/envelope.ts";

const MAX_NOTES = 20;
const MAX_SESSIONS = 1000;
const MAX_NOTE_CHARS = 4000;

interface Queued extends SystemNote {
  readonly contextKey: string | undefined;
}

/**
 * Notes waiting for the next turn of their session: at most 20, the oldest dropped, repeats suppressed. In memory
 * only. Docs: protocol.md#system-events
 */
export class SystemEventQueue {
  readonly #queues = new Map<string, Queued[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a note, unless it repeats the newest one or one of the same `contextKey` still waiting. */
  enqueue(sessionKey: string, text: string, contextKey?: string): void {
    const note = text.trim().slice(0, MAX_NOTE_CHARS);
    if (note === "") return;
    const queue = this.#queues.get(sessionKey) ?? [];
    const isRepeat = queue.at(-1)?.text === note || queue.some((old) => isSame(old, note, contextKey));
    if (isRepeat) return;
    queue.push({ text: note, at: this.#now(), contextKey });
    if (queue.length > MAX_NOTES) queue.shift();
    // Re-inserting keeps the map ordered by use; the session not written to for longest goes first.
    this.#queues.delete(sessionKey);
    this.#queues.set(sessionKey, queue);
    const [oldest] = this.#queues.keys();
    if (this.#queues.size > MAX_SESSIONS && oldest !== undefined) this.#queues.delete(oldest);
  }

  /** What waits, oldest first. */
  peek(sessionKey: string): readonly SystemNote[] {
    return [...(this.#queues.get(sessionKey) ?? [])];
  }

  /** Drops everything that waits for a session. */
  forget(sessionKey: string): void {
    this.#queues.delete(sessionKey);
  }

  /** Removes notes once they are part of a turn; ones that came meanwhile stay. */
  drop(sessionKey: string, notes: readonly SystemNote[]): void {
    const rest = (this.#queues.get(sessionKey) ?? []).filter((note) => !notes.includes(note));
    if (rest.length === 0) this.#queues.delete(sessionKey);
    else this.#queues.set(sessionKey, rest);
  }
}

function isSame(old: Queued, text: string, contextKey: string | undefined): boolean {
  return contextKey !== undefined && old.contextKey === contextKey && old.text === text;
}
