import type { ModelEvent } from "../models/types.ts";
import { cutText } from "../text/message-text.ts";

/** How much models may still say in one run: text, thoughts, and what they give tools to do (T-DOS-06). */
export class ReplyRoom {
  #left: number;

  constructor(chars: number) {
    this.#left = chars;
  }

  /** Something did not fit any more. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** An event, of its text as much as there was room for. */
  fit(event: ModelEvent): ModelEvent {
    if (!("delta" in event)) return event;
    const delta = cutText(event.delta, Math.max(0, this.#left));
    this.#left -= event.delta.length;
    return { ...event, delta };
  }
}
