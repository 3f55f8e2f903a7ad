import type { ModelRef } from "../models/types.ts";
import type { CompactionLine, MessageLine, TranscriptLine, TranscriptMessage } from "./transcript.ts";

/** Where a transcript ends. */
export interface TranscriptTail {
  /** Of the newest line. */
  readonly id: string;
  /** How many lines there are: the newest one's place, counted from 1. */
  readonly length: number;
}

/** Makes the next lines of one transcript, each the child of the one before. */
export class TranscriptWriter {
  readonly lines: TranscriptLine[] = [];
  readonly #sessionId: string;
  readonly #length: number;
  readonly #now: number;
  readonly #random: (size: number) => Uint8Array;
  #tail: string | null;

  /** A transcript without any line has no `tail` yet. */
  constructor(o: {
    readonly sessionId: string;
    readonly tail: TranscriptTail | undefined;
    readonly now: number;
    readonly random: (size: number) => Uint8Array;
  }) {
    this.#sessionId = o.sessionId;
    this.#length = o.tail?.length ?? 0;
    // The header is the root's parent in name only: the first line after it has none.
    this.#tail = o.tail === undefined || o.tail.id === o.sessionId ? null : o.tail.id;
    this.#now = o.now;
    this.#random = o.random;
  }

  /** Place of a line of this writer in its transcript, counted from 1. */
  positionOf(line: TranscriptLine): number {
    return this.#length + this.lines.indexOf(line) + 1;
  }

  /** First line of a new transcript; a transcript that has lines gets none. */
  header(cwd: string): void {
    if (this.#length > 0) return;
    this.lines.push({ type: "session", version: 3, id: this.#sessionId, timestamp: this.#timestamp(), cwd });
  }

  /** Notes model and thinking level where they are new, for people and for tools that read transcripts. */
  settings(o: { readonly model?: ModelRef & { readonly api: string }; readonly thinking?: string }): void {
    const { model, thinking } = o;
    if (model !== undefined) {
      this.lines.push({ ...this.#base(), type: "model_change", provider: model.provider, modelId: model.id });
    }
    if (thinking !== undefined) {
      this.lines.push({ ...this.#base(), type: "thinking_level_change", thinkingLevel: thinking });
    }
    if (model === undefined) return;
    const { provider, api: modelApi, id: modelId } = model;
    this.custom("model-snapshot", { timestamp: this.#now, provider, modelApi, modelId });
  }

  /** From here on the model sees the summary and what follows the first kept line. */
  compaction(o: Pick<CompactionLine, "summary" | "firstKeptEntryId" | "tokensBefore">): void {
    this.lines.push({ ...this.#base(), type: "compaction", ...o });
  }

  /** A line that is never sent to the model. */
  custom(customType: string, data: unknown): void {
    this.lines.push({ ...this.#base(), type: "custom", customType, data });
  }

  /** A message; returns its line. */
  message(message: TranscriptMessage): MessageLine {
    const line: MessageLine = { ...this.#base(), type: "message", message };
    this.lines.push(line);
    return line;
  }

  #timestamp(): string {
    return new Date(this.#now).toISOString();
  }

  #base(): { readonly id: string; readonly parentId: string | null; readonly timestamp: string } {
    const id = Buffer.from(this.#random(4)).toString("hex");
    const parentId = this.#tail;
    this.#tail = id;
    return { id, parentId, timestamp: this.#timestamp() };
  }
}
