import type { Events } from "@openclaw/client";

import type { Output } from "../io.ts";

type AgentEvent = Events["agent"];

/**
 * Writes a run's text to a terminal as it comes. Every event carries its turn's text so far; a text that does not
 * continue what was written is a new turn (after a tool call) and gets a new line.
 */
export class AnswerPrinter {
  readonly #output: Output;
  #turn = "";
  #isLineOpen = false;

  constructor(output: Output) {
    this.#output = output;
  }

  event({ stream, data }: AgentEvent): void {
    if (stream === "assistant" && typeof data.text === "string") this.#show(data.text);
  }

  /** Completes the answer with whatever of the final texts has not been written yet. */
  finish(texts: readonly string[]): void {
    for (const text of texts) if (!this.#turn.endsWith(text)) this.#show(text);
    this.breakOff();
  }

  /** Ends the line, if one is open. */
  breakOff(): void {
    if (this.#isLineOpen) this.#output.write("\n");
    this.#isLineOpen = false;
  }

  #show(text: string): void {
    if (text === "" || text === this.#turn) return;
    const continues = this.#isLineOpen && text.startsWith(this.#turn);
    if (!continues) this.breakOff();
    this.#output.write(continues ? text.slice(this.#turn.length) : text);
    this.#turn = text;
    this.#isLineOpen = true;
  }
}
