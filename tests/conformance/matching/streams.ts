import { at } from "../recording/json.ts";
import type { Entry, Frame } from "../recording/recording.ts";
import { match, type Mismatch } from "./match.ts";
import { Bindings } from "./placeholders.ts";

/** A recorded entry, or the demand that text has begun to stream. */
export type Step =
  Entry | { readonly kind: "streaming"; readonly runId: string; readonly events: readonly string[] };

/** How the text of a run was recorded. */
interface RecordedStream {
  /** The first recorded piece by event name: every piece has its keys. */
  readonly shapes: ReadonlyMap<string, Frame>;
  /** The whole text, when the recording follows the run to its end. */
  whole?: string;
}

/** Whether a frame is one piece of a run's text. How the text is cut is up to timing and not compared. */
export function isPiece(frame: Frame): boolean {
  const { event, payload } = frame;
  return (
    (event === "agent" && at(payload, "stream") === "assistant") ||
    (event === "chat" && at(payload, "state") === "delta")
  );
}

/** Replaces the recorded pieces of text by the demand that each kind of piece comes at least once. */
export function withoutPieces(entries: readonly Entry[]): Step[] {
  const steps: Step[] = [];
  const demanded = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== "receive" || !isPiece(entry.frame)) {
      steps.push(entry);
      continue;
    }
    const key = `${String(entry.frame["event"])} ${runIdOf(entry.frame)}`;
    if (demanded.has(key)) continue;
    demanded.add(key);
    steps.push({ kind: "streaming", runId: runIdOf(entry.frame), events: [String(entry.frame["event"])] });
  }
  return steps;
}

/** Follows the text of every run on one connection. */
export class Streams {
  readonly #recorded = new Map<string, RecordedStream>();
  readonly #texts = new Map<string, string>();
  readonly #seen = new Set<string>();

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) {
      if (entry.kind === "receive") this.#learn(entry.frame);
    }
  }

  /** Whether a piece of this kind came for the run. */
  has(runId: string, event: string): boolean {
    return this.#seen.has(`${event} ${runId}`);
  }

  /** Takes a received piece: it must look as recorded and go on from the text so far. */
  accept(frame: Frame): Mismatch[] {
    const event = String(frame["event"]);
    const runId = runIdOf(frame);
    const key = `${event} ${runId}`;
    const before = this.#texts.get(key) ?? "";
    const { text, delta } = contentOf(frame);
    this.#texts.set(key, text ?? before + (delta ?? ""));
    this.#seen.add(key);
    const problems: Mismatch[] = [];
    const path = `${event} piece of ${runId}`;
    if (text !== undefined && !text.startsWith(before))
      problems.push({ path, recorded: `${before}…`, received: text });
    if (text !== undefined && delta !== undefined && before + delta !== text) {
      problems.push({ path: `${path} (delta)`, recorded: text.slice(before.length), received: delta });
    }
    const shape = this.#recorded.get(runId)?.shapes.get(event);
    if (shape) problems.push(...match(withoutContent(shape), withoutContent(frame), new Bindings(), event));
    return problems;
  }

  /** Compares the streamed texts with the recorded ones once a run has ended. */
  end(runId: string): Mismatch[] {
    const whole = this.#recorded.get(runId)?.whole;
    const streamed = this.#texts.get(`agent ${runId}`);
    if (whole === undefined || streamed === undefined || streamed === whole) return [];
    return [{ path: `streamed text of ${runId}`, recorded: whole, received: streamed }];
  }

  #learn(frame: Frame): void {
    const runId = runIdOf(frame);
    if (isPiece(frame)) {
      const stream = this.#recorded.get(runId) ?? { shapes: new Map<string, Frame>() };
      const event = String(frame["event"]);
      const shapes = stream.shapes.has(event) ? stream.shapes : new Map([...stream.shapes, [event, frame]]);
      this.#recorded.set(runId, { ...stream, shapes });
    }
    if (frame["event"] === "chat" && at(frame, "payload", "state") === "final") {
      const stream = this.#recorded.get(runId);
      const text = contentOf(frame).text;
      if (stream && text !== undefined) stream.whole = text;
    }
  }
}

/** The run an `agent` or `chat` event belongs to. */
export function runIdOf(frame: Frame): string {
  return String(at(frame, "payload", "runId"));
}

function contentOf(frame: Frame): { readonly text?: string; readonly delta?: string } {
  const { payload } = frame;
  const content = at(payload, "message", "content");
  const text =
    frame["event"] === "agent"
      ? at(payload, "data", "text")
      : at(Array.isArray(content) ? content[0] : undefined, "text");
  const delta = frame["event"] === "agent" ? at(payload, "data", "delta") : at(payload, "deltaText");
  return { ...(typeof text === "string" && { text }), ...(typeof delta === "string" && { delta }) };
}

/** What differs from piece to piece is followed elsewhere. */
function withoutContent(frame: Frame): unknown {
  return JSON.parse(JSON.stringify(frame), (key: string, value: unknown) => {
    if (key === "text" || key === "delta" || key === "deltaText") return "…";
    return key === "seq" ? 0 : value;
  });
}
