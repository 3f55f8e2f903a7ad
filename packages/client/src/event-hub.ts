import type { EventFrame } from "@openclaw/protocol";

type Listener = (payload: unknown, frame: EventFrame) => void;

/** Event name to listeners. */
export class EventHub {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Adds a listener and returns the function that removes it. */
  on(event: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(event);
    };
  }

  /** Calls every listener; `failed` hears of those that throw, which does not disturb the others. */
  emit(frame: EventFrame, failed: (error: unknown) => void): void {
    for (const listener of [...(this.#listeners.get(frame.event) ?? [])]) {
      try {
        listener(frame.payload, frame);
      } catch (error) {
        failed(error);
      }
    }
  }
}
