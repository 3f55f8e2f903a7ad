import type {
  AgentEventPayload,
  EventFrame,
  EventName,
  Events,
  MethodName,
  Methods,
} from "@openclaw/protocol";

/** Limits of one request. */
export interface RequestOptions {
  /** Until the (first) response, ms; `Infinity` waits as long as the connection lives. @default 30_000 */
  readonly timeoutMs?: number;
  /** Gives up waiting; the gateway is not told. */
  readonly signal?: AbortSignal;
}

/** Limits of a two-stage request. */
export interface RunOptions extends RequestOptions {
  /** From the acceptance until the final response, ms. @default Infinity */
  readonly finalTimeoutMs?: number;
}

/** A name without contract: callable, with `unknown` in and out. A known name must not match this by accident. */
export type UncontractedName<Name extends string, Known extends string> = Name extends Known ? never : Name;

/** Params may be left out where all of them are optional. */
export type RequestArgs<P, O> =
  Record<never, never> extends P ? [params?: P, options?: O] : [params: P, options?: O];

/** Methods that answer twice on one request: accepted, then final. */
export type StagedMethod = { [M in MethodName]: Accepted<M> extends never ? never : M }[MethodName];

type Accepted<M extends MethodName> = Extract<Methods[M]["result"], { readonly status: "accepted" }>;
type Final<M extends MethodName> = Exclude<Methods[M]["result"], { readonly status: "accepted" }>;

/** A running two-stage request. Docs: protocol.md#runs */
export interface Run<A, F> {
  /**
   * The gateway has taken the run on and will finish it, with or without this client. A repeated request may be
   * answered with the outcome at once, which then counts as both stages.
   */
  readonly accepted: Promise<A | F>;
  /** Events of this run from its start; ends with it. One reader only. */
  readonly events: AsyncIterable<AgentEventPayload>;
  /** The final answer; rejects with `RpcError` (its `payload` holds the run's status) when the run failed. */
  readonly final: Promise<F>;
}

/** The callable surface of a client, typed by the contracts of `@openclaw/protocol`. */
export interface Calls {
  /**
   * Sends a request and resolves with its first response.
   *
   * @throws {RpcError} the gateway answered with an error
   * @throws {ConnectionError} `not_connected`, `timeout`, or what ended the connection
   */
  request<M extends MethodName>(
    method: M,
    ...args: RequestArgs<Methods[M]["params"], RequestOptions>
  ): Promise<Methods[M]["result"]>;
  request<M extends string>(
    method: UncontractedName<M, MethodName>,
    params?: unknown,
    options?: RequestOptions,
  ): Promise<unknown>;

  /**
   * Sends a request that is answered twice. Events are matched by the `idempotencyKey` among the params, which is the
   * run's id.
   */
  run<M extends StagedMethod>(
    method: M,
    params: Methods[M]["params"],
    options?: RunOptions,
  ): Run<Accepted<M>, Final<M>>;
  run<M extends string>(
    method: UncontractedName<M, StagedMethod>,
    params?: unknown,
    options?: RunOptions,
  ): Run<unknown, unknown>;

  /**
   * Calls `listener` for every event of that name, until the returned function is called. The frame, as it came, also
   * holds its number and whatever a newer gateway adds.
   */
  on<E extends EventName>(event: E, listener: (payload: Events[E], frame: EventFrame) => void): () => void;
  on<E extends string>(
    event: UncontractedName<E, EventName>,
    listener: (payload: unknown, frame: EventFrame) => void,
  ): () => void;
}
