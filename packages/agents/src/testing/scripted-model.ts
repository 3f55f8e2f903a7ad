import type { ModelEvent, ModelProvider, ModelRequest } from "../models/types.ts";

/** Plays one call: yields events, waits, throws. */
export type ScriptedCall = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>;

/** A model that does what a test says, one script per call; the last script goes on for ever. */
export interface ScriptedModel extends ModelProvider {
  /** What it was asked, oldest first. */
  readonly requests: readonly ModelRequest[];
}

/** Makes a scripted model; register it with `providers: { "openai-completions": scriptedModel(...) }`. */
export function scriptedModel(...calls: readonly ScriptedCall[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    stream(request, signal) {
      const call = calls[Math.min(requests.length, calls.length - 1)];
      requests.push(request);
      if (call === undefined) throw new Error("the scripted model has no script");
      return call(request, signal);
    },
  };
}

/** A call that says these pieces and finishes. */
export function says(...pieces: readonly string[]): ScriptedCall {
  return async function* () {
    for (const delta of pieces) yield await Promise.resolve({ type: "text" as const, delta });
    yield { type: "finish", stopReason: "stop" };
  };
}

/** A call that fails before it says anything. */
export function fails(error: unknown): ScriptedCall {
  // eslint-disable-next-line require-yield -- a stream that ends before its first event
  return async function* () {
    await Promise.resolve();
    throw error;
  };
}

/** A call that says these pieces and then nothing more, until it is aborted; `ignore: true` does not even then. */
export function hangs(pieces: readonly string[] = [], o: { readonly ignore?: boolean } = {}): ScriptedCall {
  return async function* (_request, signal) {
    for (const delta of pieces) yield { type: "text", delta };
    await new Promise<void>((_resolve, reject) => {
      if (o.ignore === true) return;
      const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  };
}
