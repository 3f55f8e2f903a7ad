import type { AgentEventPayload, EventFrame, HelloOk } from "@openclaw/protocol";

import { fullJitterMs } from "./backoff.ts";
import type { Calls, RequestOptions, Run, RunOptions } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { DEFAULTS } from "./defaults.ts";
import { deferred } from "./deferred.ts";
import { ConnectionError } from "./errors.ts";
import { establish } from "./establish.ts";
import { EventHub } from "./event-hub.ts";
import { EventQueue } from "./event-queue.ts";
import type { ClientOptions, ClientStatus } from "./options.ts";
import { decideReconnect } from "./reconnect-policy.ts";
import { RequestTable } from "./request-table.ts";
import { SequenceWatch } from "./sequence.ts";
import { wait } from "./wait.ts";

/** A gateway client: one authenticated connection at a time. */
export interface Client extends Calls {
  /** What the gateway said about itself and this connection; absent while there is none. */
  readonly hello: HelloOk | undefined;
  /** Opens the first connection; a repeated call returns the same promise. Fails fast, whatever `reconnect` says. */
  connect(): Promise<HelloOk>;
  /** Ends the client for good. Resolves when its socket is gone; may be called any number of times. */
  close(): Promise<void>;
}

/** Creates a client that is not connected yet, so that listeners can be added first. */
export function createClient(options: ClientOptions): Client {
  return new GatewayClient(options);
}

class GatewayClient implements Client {
  readonly #options: ClientOptions;
  readonly #events = new EventHub();
  readonly #closing = new AbortController();
  readonly #requests = new RequestTable(DEFAULTS.maxPendingRequests);
  #first: Promise<HelloOk> | undefined;
  #connection: Connection | undefined;
  #hello: HelloOk | undefined;
  #restartExpectedMs: number | undefined;
  #ending: ConnectionError | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#events.on("shutdown", (payload) => (this.#restartExpectedMs = expectedRestart(payload)));
  }

  get hello(): HelloOk | undefined {
    return this.#hello;
  }

  connect(): Promise<HelloOk> {
    this.#first ??= this.#connect(0).catch((error: unknown) => {
      if (error instanceof ConnectionError && !this.#closing.signal.aborted)
        this.#status({ type: "closed", error });
      throw error;
    });
    return this.#first;
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new ConnectionError("not_connected", "the client is closed"));
      this.#status({ type: "closed" });
    }
    await this.#first?.catch(() => undefined);
    await this.#connection?.close();
  }

  // The overloads of `Calls` say what goes in and out; a frame carries it as unknown.
  async request(method: string, params?: unknown, options: RequestOptions = {}): Promise<never> {
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs;
    const answer = await this.#send(method, params, { timeoutMs, signal: options.signal });
    return answer as never;
  }

  run(method: string, params?: unknown, options: RunOptions = {}): Run<never, never> {
    const accepted = deferred<unknown>();
    const events = new EventQueue<AgentEventPayload>(DEFAULTS.eventBufferCount);
    const runId = idempotencyKeyOf(params);
    const unsubscribe = this.on("agent", (event: AgentEventPayload) => {
      if (event.runId === runId) events.push(event);
    });
    const final = this.#send(method, params, {
      timeoutMs: options.timeoutMs ?? this.#options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs,
      finalTimeoutMs: options.finalTimeoutMs ?? Number.POSITIVE_INFINITY,
      signal: options.signal,
      onAccepted: accepted.resolve,
    });
    const ended = () => {
      unsubscribe();
      events.end();
    };
    final.then(accepted.resolve, accepted.reject).then(ended, ended);
    return { accepted: accepted.promise as Promise<never>, events, final: final as Promise<never> };
  }

  on(event: string, listener: (payload: never) => void): () => void {
    // Same as for requests: `Calls` ties the name to the payload's type.
    return this.#events.on(event, listener as (payload: unknown) => void);
  }

  async #send(
    method: string,
    params: unknown,
    limits: Parameters<RequestTable["open"]>[0],
  ): Promise<unknown> {
    if (!this.#connection || !this.#hello) {
      const reason = this.#ending ? `: ${this.#ending.message}` : "";
      throw new ConnectionError("not_connected", `not connected to the gateway${reason}`, {
        cause: this.#ending,
      });
    }
    const { id, answer } = this.#requests.open(limits);
    this.#connection.send(id, method, params);
    return answer;
  }

  async #connect(attempt: number): Promise<HelloOk> {
    this.#closing.signal.throwIfAborted();
    this.#status({ type: "connecting", attempt });
    const sequence = new SequenceWatch();
    const host = {
      response: this.#requests.settle.bind(this.#requests),
      event: (frame: EventFrame) => this.#event(frame, sequence),
      hasDeadline: () => this.#requests.hasDeadline,
      closed: (error: ConnectionError) => this.#lost(error),
    };
    const { connection, hello } = await establish(this.#options, host, this.#closing.signal);
    if (connection.ending) throw connection.ending;
    this.#connection = connection;
    this.#hello = hello;
    this.#status({ type: "connected", hello });
    return hello;
  }

  #event(frame: EventFrame, sequence: SequenceWatch): void {
    const gap = sequence.accept(frame.seq);
    if (gap) this.#status({ type: "gap", ...gap });
    this.#events.emit(frame, (error) => {
      this.#options.logger?.error("an event listener failed", { event: frame.event, error });
    });
  }

  #lost(error: ConnectionError): void {
    // Not adopted yet: whoever awaits the handshake learns it from the connection.
    if (!this.#hello) return;
    this.#hello = undefined;
    this.#ending = error;
    this.#requests.failAll(error);
    if (!this.#closing.signal.aborted) void this.#comeBack(error);
  }

  // Runs in the background until a connection stands again or the policy says stop; reports by status only.
  async #comeBack(lost: ConnectionError): Promise<void> {
    const { reconnect, random = Math.random } = this.#options;
    const maxAttempts = reconnect ? (reconnect.maxAttempts ?? Number.POSITIVE_INFINITY) : 0;
    const bounds = {
      baseMs: reconnect?.baseMs ?? DEFAULTS.reconnectBaseMs,
      maxMs: reconnect?.maxMs ?? DEFAULTS.reconnectMaxMs,
    };
    let error = lost;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const decision = decideReconnect(error);
      if (!decision.retry) break;
      const delayMs =
        decision.delayMs ?? this.#restartExpectedMs ?? fullJitterMs(attempt - 1, random(), bounds);
      this.#restartExpectedMs = undefined;
      this.#status({ type: "waiting", attempt, delayMs, error });
      try {
        await wait(delayMs, this.#closing.signal);
        await this.#connect(attempt);
        return;
      } catch (failure) {
        if (this.#closing.signal.aborted) return;
        if (!(failure instanceof ConnectionError)) throw failure;
        error = failure;
      }
    }
    this.#status({ type: "closed", error });
  }

  #status(status: ClientStatus): void {
    this.#options.onStatus?.(status);
  }
}

function expectedRestart(payload: unknown): number | undefined {
  if (typeof payload !== "object" || payload === null || !("restartExpectedMs" in payload)) return undefined;
  return typeof payload.restartExpectedMs === "number" ? payload.restartExpectedMs : undefined;
}

function idempotencyKeyOf(params: unknown): unknown {
  return typeof params === "object" && params !== null && "idempotencyKey" in params
    ? params.idempotencyKey
    : undefined;
}
