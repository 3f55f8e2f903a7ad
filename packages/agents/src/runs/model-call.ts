import { ModelFailure } from "../models/failure.ts";
import type { ReplyRoom } from "./reply-room.ts";
import type { ModelEvent, ModelProvider, ModelRequest, StopReason, Usage } from "../models/types.ts";

/** What a model has said in one call so far; still true when the call failed. */
export class ModelReply {
  text = "";
  thinking = "";
  readonly toolCalls: { readonly id: string; readonly name: string; readonly arguments: unknown }[] = [];
  stopReason: StopReason = "stop";
  usage: Usage | undefined;

  /** Once something was said, asking again could say it twice. */
  get hasContent(): boolean {
    return this.text !== "" || this.toolCalls.length > 0;
  }
}

/** Who wants to know while the model speaks. */
export interface CallListener {
  text(delta: string): void;
  thinking(delta: string): void;
  /** Lets slow readers catch up before more is asked for. */
  pace(): Promise<unknown> | undefined;
}

/**
 * Calls a model once and collects its reply. A model that says more than there is room for is cut off, as if it had come
 * to its own limit (`length`). Ends at once when `signal` is aborted, whatever the provider does.
 * @throws {ModelFailure} timeout without any event for `idleMs`, or the provider's own. Abort: any error.
 */
export async function callModel(o: {
  readonly provider: ModelProvider;
  readonly request: ModelRequest;
  readonly reply: ModelReply;
  readonly room: ReplyRoom;
  readonly signal: AbortSignal;
  readonly idleMs: number;
  readonly listener: CallListener;
}): Promise<void> {
  const call = new ModelCall(o.signal, o.idleMs);
  try {
    const events = o.provider.stream(o.request, call.signal)[Symbol.asyncIterator]();
    call.onEnd(() => void Promise.resolve(events.return?.()).catch(() => undefined));
    let hasFinished = false;
    for (;;) {
      const { done, value } = await call.next(events);
      if (done === true) break;
      hasFinished ||= value.type === "finish";
      take(o.room.fit(value), o.reply, o.listener);
      if (o.room.isSpent) {
        o.reply.stopReason = "length";
        return;
      }
      const pause = o.listener.pace();
      if (pause !== undefined) await call.pausing(pause);
    }
    if (!hasFinished) throw new ModelFailure("timeout", "terminated");
  } finally {
    call.close();
  }
}

function take(event: ModelEvent, reply: ModelReply, listener: CallListener): void {
  switch (event.type) {
    case "text":
      reply.text += event.delta;
      return listener.text(event.delta);
    case "thinking":
      reply.thinking += event.delta;
      return listener.thinking(event.delta);
    case "tool-input":
      return;
    case "tool-call":
      reply.toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
      return;
    case "finish":
      reply.stopReason = event.stopReason;
      reply.usage = event.usage;
      return;
    default:
      event satisfies never;
  }
}

/** One stream being read: its abort signal, its watchdog, and a way out of a provider that hangs. */
class ModelCall {
  readonly #outer: AbortSignal;
  readonly #inner = new AbortController();
  readonly #idleMs: number;
  #watchdog: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => this.#leave(new DOMException("The run was aborted.", "AbortError"));
  #reject: ((error: unknown) => void) | undefined;
  #cleanUp: (() => void) | undefined;
  #left: { readonly error: unknown } | undefined;

  constructor(outer: AbortSignal, idleMs: number) {
    this.#outer = outer;
    this.#idleMs = idleMs;
    this.#watch();
    if (outer.aborted) this.#onAbort();
    else outer.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  onEnd(cleanUp: () => void): void {
    this.#cleanUp = cleanUp;
  }

  /** The next event, or the reason to leave: a promise of its own each time, so that nothing piles up. */
  next(events: AsyncIterator<ModelEvent>): Promise<IteratorResult<ModelEvent>> {
    return new Promise((resolve, reject) => {
      if (this.#left !== undefined) return reject(toError(this.#left.error));
      this.#reject = reject;
      this.#watchdog?.refresh();
      events.next().then(resolve, reject);
    });
  }

  /** Waiting for slow readers is not the model's silence. */
  async pausing(pause: Promise<unknown>): Promise<void> {
    clearTimeout(this.#watchdog);
    await pause;
    this.#watch();
  }

  close(): void {
    clearTimeout(this.#watchdog);
    this.#outer.removeEventListener("abort", this.#onAbort);
    this.#inner.abort();
    this.#cleanUp?.();
  }

  #watch(): void {
    this.#watchdog = setTimeout(() => {
      this.#leave(new ModelFailure("timeout", "The model stream timed out: nothing came for too long."));
    }, this.#idleMs);
  }

  #leave(error: unknown): void {
    this.#left ??= { error };
    this.#inner.abort();
    this.#reject?.(error);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
