import type { SessionEntry } from "../sessions/entry.ts";
import { defer } from "./deferred.ts";
import { EventStream } from "./event-stream.ts";
import type {
  AbortReason,
  RunEvent,
  RunEventBody,
  RunHandle,
  RunKind,
  RunOutcome,
  RunRequest,
  RunSender,
} from "./types.ts";

/** Who asked for a run, and where it belongs. */
export interface RunIdentity {
  readonly principal: string;
  readonly runId: string;
  readonly kind: RunKind;
  /** SHA-256 of the request. */
  readonly digest: string;
  /** Canonical. */
  readonly sessionKey: string;
  readonly rawSessionKey: string;
  readonly agentId: string;
  readonly acceptedAt: number;
  readonly traceparent?: string;
  readonly sender?: RunSender;
  /** See {@link RunRequest.decide}. */
  readonly decide?: RunRequest["decide"];
  /** Characters of what was asked. */
  readonly askedChars: number;
}

/** By which a log line names a run, and the trace it belongs to. */
export type RunFacts = Pick<RunIdentity, "runId" | "sessionKey" | "traceparent">;

/** A run that has not ended: what happened so far, who listens, and how to cut it short. */
export class Run implements RunHandle {
  readonly identity: RunIdentity;
  /** Resolves true when the request is durable, false when it was not accepted after all. */
  readonly accepted = defer<boolean>();
  readonly #final = defer<RunOutcome>();
  readonly #settled = defer<undefined>();
  readonly #controller = new AbortController();
  readonly #streams = new Set<EventStream>();
  readonly #publish: (event: RunEvent) => void;
  readonly #now: () => number;
  #abortReason: AbortReason | undefined;
  #seq = 0;
  #text = "";
  #isOver = false;
  /** Known once the session's entry was read. */
  sessionId = "";
  /** Set when the turn begins. */
  startedAt: number | undefined;
  /** The session as the run last left it; undefined when it was deleted meanwhile. */
  entry: SessionEntry | undefined;

  constructor(
    identity: RunIdentity,
    o: { readonly publish: (event: RunEvent) => void; readonly now: () => number },
  ) {
    this.identity = identity;
    this.#publish = o.publish;
    this.#now = o.now;
  }

  get runId(): string {
    return this.identity.runId;
  }
  get sessionKey(): string {
    return this.identity.sessionKey;
  }
  get rawSessionKey(): string {
    return this.identity.rawSessionKey;
  }
  get agentId(): string {
    return this.identity.agentId;
  }
  get acceptedAt(): number {
    return this.identity.acceptedAt;
  }
  /** What every log line of this run says. */
  get facts(): RunFacts {
    const { runId, sessionKey, traceparent } = this.identity;
    return { runId, sessionKey, ...(traceparent !== undefined && { traceparent }) };
  }
  get final(): Promise<RunOutcome> {
    return this.#final.promise;
  }
  /** Resolves when the run has ended or was never accepted. */
  get settled(): Promise<unknown> {
    return this.#settled.promise;
  }
  /** Aborted when the run is cut short, whatever the reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  /** What the current message says so far. */
  get text(): string {
    return this.#text;
  }
  get abortReason(): AbortReason | undefined {
    return this.#abortReason;
  }

  /** The first reason counts. */
  abort(reason: AbortReason): void {
    if (this.#isOver || this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#controller.abort();
  }

  events(): AsyncIterable<RunEvent> {
    const stream = new EventStream((closed) => this.#streams.delete(closed));
    if (this.#isOver) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  /** Sends an event to everybody. Chat events mirror the number of the event before them. */
  emit(body: RunEventBody): void {
    if (body.type !== "chat") this.#seq += 1;
    if (body.type === "assistant") this.#text = body.text;
    const { runId, principal, kind, sessionKey, rawSessionKey, agentId } = this.identity;
    const event: RunEvent = {
      ...{ runId, principal, kind, sessionKey, rawSessionKey, agentId },
      sessionId: this.sessionId,
      seq: Math.max(1, this.#seq),
      ts: this.#now(),
      ...body,
    };
    this.#publish(event);
    for (const stream of this.#streams) stream.push(event);
  }

  /** Waits for readers that have fallen behind; undefined when there is no need to. */
  pace(): Promise<unknown> | undefined {
    const behind = [...this.#streams].filter((stream) => stream.isFull);
    if (behind.length === 0 || this.signal.aborted) return undefined;
    const aborted = defer<undefined>();
    const onAbort = (): void => aborted.resolve(undefined);
    this.signal.addEventListener("abort", onAbort, { once: true });
    const drained = Promise.all(behind.map((stream) => stream.drained()));
    return Promise.race([drained, aborted.promise]).finally(() =>
      this.signal.removeEventListener("abort", onAbort),
    );
  }

  /** Ends the run after its last event. */
  end(outcome: RunOutcome): void {
    this.#isOver = true;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#final.resolve(outcome);
    this.#settled.resolve(undefined);
  }

  /** Takes the run back: it was not accepted after all. */
  discard(): void {
    this.#isOver = true;
    this.accepted.resolve(false);
    this.#settled.resolve(undefined);
  }
}
