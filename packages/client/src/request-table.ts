import { RpcError, type ResponseFrame } from "@openclaw/protocol/wire";

import { deferred, type Deferred } from "./deferred.ts";
import { ConnectionError } from "./errors.ts";
import { schedule } from "./timer.ts";

/** Limits of one request. */
export interface RequestLimits {
  /** Until the first response, ms. `Infinity` waits as long as the connection lives. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with a good answer as it comes, before whatever came behind it. */
  onAnswer?(payload: unknown): void;
}

/** A request whose answer comes in two stages. */
export interface StagedRequest extends RequestLimits {
  /** From the acceptance until the final response, ms. */
  readonly finalTimeoutMs: number;
  onAccepted(payload: unknown): void;
}

interface Pending {
  readonly answer: Deferred<unknown>;
  readonly limits: RequestLimits;
  readonly staged: StagedRequest | undefined;
  readonly detach: () => void;
  deadlineMs: number;
  cancelDeadline: () => void;
}

/** Requests of one connection that wait for an answer. */
export class RequestTable {
  readonly #pending = new Map<string, Pending>();
  readonly #capacity: number;
  #lastId = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Whether a waiting request has its own deadline, which will end a silence. */
  get hasDeadline(): boolean {
    for (const pending of this.#pending.values())
      if (pending.deadlineMs !== Number.POSITIVE_INFINITY) return true;
    return false;
  }

  /**
   * Registers a request and returns the id to send it under. `answer` rejects with `RpcError`, with a
   * {@link ConnectionError} (`timeout`, or what ended the connection) or with the signal's reason.
   *
   * @throws {ConnectionError} `busy` when the table is full
   */
  open(request: RequestLimits | StagedRequest): { id: string; answer: Promise<unknown> } {
    request.signal?.throwIfAborted();
    if (this.#pending.size >= this.#capacity) {
      throw new ConnectionError("busy", `more than ${this.#capacity} requests wait for an answer`);
    }
    const id = String((this.#lastId += 1));
    const { signal } = request;
    const abort = () => this.#take(id)?.answer.reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const pending: Pending = {
      answer: deferred<unknown>(),
      limits: request,
      staged: "onAccepted" in request ? request : undefined,
      detach: () => signal?.removeEventListener("abort", abort),
      deadlineMs: request.timeoutMs,
      cancelDeadline: () => undefined,
    };
    this.#pending.set(id, pending);
    this.#arm(id, pending);
    return { id, answer: pending.answer.promise };
  }

  /** Delivers a response. Late answers, and the second answer of a request that wanted one, are dropped. */
  settle(frame: ResponseFrame): void {
    const pending = this.#pending.get(frame.id);
    if (!pending) return;
    if (pending.staged && frame.ok && isAccepted(frame.payload)) {
      pending.staged.onAccepted(frame.payload);
      pending.deadlineMs = pending.staged.finalTimeoutMs;
      this.#arm(frame.id, pending);
      return;
    }
    this.#take(frame.id);
    if (frame.ok) {
      pending.limits.onAnswer?.(frame.payload);
      pending.answer.resolve(frame.payload);
    } else pending.answer.reject(toRpcError(frame));
  }

  /** Rejects one request: it could not be sent. */
  fail(id: string, reason: unknown): void {
    this.#take(id)?.answer.reject(reason);
  }

  /** Rejects everything that waits. */
  failAll(reason: ConnectionError): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.answer.reject(reason);
  }

  #arm(id: string, pending: Pending): void {
    pending.cancelDeadline();
    const { deadlineMs } = pending;
    pending.cancelDeadline = schedule(deadlineMs, () => {
      const timeout = new ConnectionError("timeout", `gateway timeout after ${deadlineMs}ms`);
      this.#take(id)?.answer.reject(timeout);
    });
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.cancelDeadline();
    pending?.detach();
    return pending;
  }
}

/** The error of a failed response; a response without one is as failed as any. */
export function toRpcError(frame: ResponseFrame): RpcError {
  const { code, message, ...rest } = frame.error ?? {
    code: "UNAVAILABLE",
    message: "the gateway gave no reason",
  };
  return new RpcError(code, message, { ...rest, payload: frame.payload });
}

function isAccepted(payload: unknown): boolean {
  return (
    typeof payload === "object" && payload !== null && "status" in payload && payload.status === "accepted"
  );
}
