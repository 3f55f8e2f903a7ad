import type { Events } from "@openclaw/client";

import type { Output } from "../io.ts";

type AgentEvent = Events["agent"];

/**
 * Writes a run's text to a terminal as it comes. Every event carries its turn's text so far; a text that does not
 * continue what was written is a new turn (after a tool call) and gets a new line.
 */
export class AnswerPrinter {
  readonly #output: Output;
  #written = "";
  #turnStart = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  event({ stream, data }: AgentEvent): void {
    if (stream === "assistant" && typeof data.text === "string") this.#show(data.text);
  }

  /** Completes the answer with whatever of the final texts has not been written yet. */
  finish(texts: readonly string[]): void {
    if (!this.#written.endsWith(texts.join("\n"))) for (const text of texts) this.#show(text);
    this.breakOff();
  }

  /** Ends the line, if one is open. */
  breakOff(): void {
    if (this.#written !== "" && !this.#written.endsWith("\n")) this.#write("\n");
  }

  #show(text: string): void {
    if (text === "") return;
    const turn = this.#written.slice(this.#turnStart);
    if (!text.startsWith(turn)) {
      this.breakOff();
      this.#turnStart = this.#written.length;
      this.#write(text);
    } else if (text.length > turn.length) {
      this.#write(text.slice(turn.length));
    }
  }

  #write(text: string): void {
    this.#output.write(text);
    this.#written += text;
  }
}
