import type { AgentEventPayload, EventFrame, HelloOk } from "@openclaw/protocol";

import type { Calls, RequestOptions, Run, RunOptions } from "./calls.ts";
import { Comeback } from "./comeback.ts";
import type { Connection, ConnectionHost } from "./connection.ts";
import { DEFAULTS } from "./defaults.ts";
import { deferred } from "./deferred.ts";
import { ConnectionError } from "./errors.ts";
import { establish } from "./establish.ts";
import { EventHub } from "./event-hub.ts";
import { EventQueue } from "./event-queue.ts";
import { GapRecovery } from "./gap-recovery.ts";
import type { ClientOptions } from "./options.ts";
import { RequestTable } from "./request-table.ts";
import { afterEvent, mayListPresence, type GatewaySnapshot } from "./snapshot.ts";
import { mayFollow, type ClientState, type ClientStatus } from "./state.ts";
import { wait } from "./timer.ts";

/** A gateway client: one authenticated connection at a time. */
export interface Client extends Calls {
  /** Where the client is in its life; every change is told to `onStatus`. */
  readonly state: ClientState;
  /** What the gateway said about itself and this connection; absent while there is none. */
  readonly hello: HelloOk | undefined;
  /** Health and presence as far as they are known; outlives a lost connection, absent before the first. */
  readonly snapshot: GatewaySnapshot | undefined;
  /**
   * Opens the first connection and fails fast, whatever `reconnect` says; only an approval is waited for, if
   * `awaitApproval` says so. Called again it returns the same promise, or that of the connection being got back.
   *
   * @throws {ConnectionError}
   */
  connect(): Promise<HelloOk>;
  /**
   * Asks for health and, where this connection may, for presence. Done by itself after a gap.
   *
   * @throws {RpcError | ConnectionError} as `request` does
   */
  refresh(): Promise<GatewaySnapshot>;
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
  #state: ClientState = { type: "idle" };
  #connecting: Promise<HelloOk> | undefined;
  #connection: Connection | undefined;
  #snapshot: GatewaySnapshot | undefined;
  #restartExpectedMs: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#events.on("shutdown", (payload) => (this.#restartExpectedMs = expectedRestart(payload)));
  }

  get state(): ClientState {
    return this.#state;
  }

  get hello(): HelloOk | undefined {
    return this.#state.type === "connected" ? this.#state.hello : undefined;
  }

  get snapshot(): GatewaySnapshot | undefined {
    return this.#snapshot;
  }

  connect(): Promise<HelloOk> {
    this.#connecting ??= this.#reach(new Comeback(this.#options));
    return this.#connecting;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
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

  on(event: string, listener: (payload: never, frame: EventFrame) => void): () => void {
    // Same as for requests: `Calls` ties the name to the payload's type.
    return this.#events.on(event, listener as (payload: unknown, frame: EventFrame) => void);
  }

  async refresh(): Promise<GatewaySnapshot> {
    const connection = this.#connection;
    const timeoutMs = this.#options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs;
    // What a lost connection still answered is older than the next one's hello.
    const take = (part: Partial<GatewaySnapshot>) => {
      if (this.#snapshot && connection === this.#connection) this.#snapshot = { ...this.#snapshot, ...part };
    };
    // Taken over as they come: an event behind an answer is newer. The contracts of the methods say what they hold.
    const answers = [
      this.#send("health", undefined, {
        timeoutMs,
        onAnswer: (health) => take({ health: health as GatewaySnapshot["health"] }),
      }),
    ];
    if (!this.hello || mayListPresence(this.hello))
      answers.push(
        this.#send("system-presence", undefined, {
          timeoutMs,
          onAnswer: (presence) => take({ presence: presence as GatewaySnapshot["presence"] }),
        }),
      );
    await Promise.all(answers);
    return { health: {}, presence: [], ...this.#snapshot };
  }

  async #close(): Promise<void> {
    if (this.#state.type !== "closed") this.#enter({ type: "closed" });
    this.#closing.abort(new ConnectionError("not_connected", "the client is closed"));
    await this.#connecting?.catch(() => undefined);
    await this.#connection?.close();
  }

  async #send(
    method: string,
    params: unknown,
    limits: Parameters<RequestTable["open"]>[0],
  ): Promise<unknown> {
    if (!this.#connection) {
      const cause = "error" in this.#state ? this.#state.error : undefined;
      const reason = cause ? `: ${cause.message}` : "";
      throw new ConnectionError("not_connected", `not connected to the gateway${reason}`, { cause });
    }
    const { id, answer } = this.#requests.open(limits);
    try {
      this.#connection.send(id, method, params);
    } catch (error) {
      this.#requests.fail(id, error);
    }
    return answer;
  }

  // One loss (or the start) to the next hello.
  async #reach(comeback: Comeback, lost?: ConnectionError): Promise<HelloOk> {
    const { signal } = this.#closing;
    for (let error = lost, attempt = 0; ;) {
      if (error) {
        const next = comeback.after(error);
        if (!next) {
          this.#enter({ type: "closed", error });
          throw error;
        }
        this.#enter(next);
        attempt = next.attempt;
        await wait(next.delayMs, signal);
      }
      signal.throwIfAborted();
      this.#enter({ type: "connecting", attempt });
      try {
        return await establish(this.#options, this.#host(), signal);
      } catch (failure) {
        if (signal.aborted) throw failure;
        if (!(failure instanceof ConnectionError)) {
          this.#enter({ type: "closed" });
          throw failure;
        }
        error = failure;
      }
    }
  }

  // What one connection tells; its numbering, and what was missed in it, end with it.
  #host(): ConnectionHost {
    const gaps = new GapRecovery({
      gap: (gap) => this.#tell({ type: "gap", ...gap }),
      refresh: () => this.refresh(),
      refreshed: () => this.#snapshot && this.#tell({ type: "refreshed", snapshot: this.#snapshot }),
      failed: (error) => this.#options.logger?.warn("cannot refresh after missed events", { error }),
    });
    return {
      opened: (connection, hello) => this.#opened(connection, hello),
      response: (frame) => this.#requests.settle(frame),
      event: (frame) => this.#event(frame, gaps),
      hasDeadline: () => this.#requests.hasDeadline,
      closed: (error) => this.#lost(error),
    };
  }

  #opened(connection: Connection, hello: HelloOk): void {
    this.#connection = connection;
    this.#restartExpectedMs = undefined;
    const { health, presence } = hello.snapshot;
    this.#snapshot = { health, presence };
    this.#enter({ type: "connected", hello });
  }

  #event(frame: EventFrame, gaps: GapRecovery): void {
    if (this.#snapshot) this.#snapshot = afterEvent(this.#snapshot, frame);
    gaps.accept(frame);
    this.#events.emit(frame, (error) => {
      this.#options.logger?.error("an event listener failed", { event: frame.event, error });
    });
  }

  #lost(error: ConnectionError): void {
    this.#connection = undefined;
    this.#requests.failAll(error);
    if (this.#closing.signal.aborted) return;
    const comeback = new Comeback(this.#options, { restartExpectedMs: this.#restartExpectedMs });
    this.#connecting = this.#reach(comeback, error);
    // Told by status; nobody awaits it but `close`.
    this.#connecting.catch((failure: unknown) => {
      if (!(failure instanceof ConnectionError))
        this.#options.logger?.error("cannot connect again", { error: failure });
    });
  }

  #enter(next: ClientState): void {
    const { type } = this.#state;
    if (!mayFollow(type, next.type)) throw new TypeError(`a client cannot go from ${type} to ${next.type}`);
    this.#state = next;
    if (next.type !== "idle") this.#tell(next);
  }

  #tell(status: ClientStatus): void {
    try {
      this.#options.onStatus?.(status);
    } catch (error) {
      this.#options.logger?.error("onStatus failed", { status: status.type, error });
    }
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
