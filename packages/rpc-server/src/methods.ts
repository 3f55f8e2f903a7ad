import type { MethodName, Methods } from "@openclaw/protocol";
import type { ConnectionView } from "./connection-view.ts";

/** Who asks, and within which trace: what a log line says about a request. */
export interface Caller {
  readonly connection: ConnectionView;
  /** W3C trace context of the request (dialect 4), as sent. */
  readonly traceparent?: string;
}

/** One authorised call with validated params, as a method handler gets it. */
export interface Call<M extends MethodName> extends Caller {
  readonly params: Methods[M]["params"];
  /** Aborted when the connection closes. The answer of a call that goes on after that is dropped. */
  readonly signal: AbortSignal;
  /**
   * Sends the first answer of a two-stage method and frees the call's in-flight slot; what the handler returns or
   * throws later becomes the second answer, under the same id. Counts once, and only before the handler has ended.
   */
  accept(payload: unknown): void;
}

/**
 * Method name to handler. What a handler returns is the payload of the answer; a thrown `RpcError` is the error
 * (with its payload beside it), anything else thrown is answered without details and logged.
 */
export type MethodHandlers = {
  readonly [M in MethodName]?: (call: Call<M>) => Promise<Methods[M]["result"]> | Methods[M]["result"];
};

/** Types a table of handlers where it is written, one file per family: `defineMethods({ health: () => … })`. */
export function defineMethods(handlers: MethodHandlers): MethodHandlers {
  return handlers;
}
