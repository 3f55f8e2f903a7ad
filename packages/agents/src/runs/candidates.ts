import { setTimeout as pause } from "node:timers/promises";
import { formatModelRef, type ModelCatalog } from "../models/catalog.ts";
import { describeFailure } from "../models/failure-text.ts";
import { ModelFailure, toModelFailure } from "../models/failure.ts";
import type { FailureReason, ModelProvider, ModelRef, ModelRequest, ResolvedModel } from "../models/types.ts";
import { callModel, ModelReply, type CallListener } from "./model-call.ts";
import type { Narrator } from "./narrator.ts";
import type { ReplyRoom } from "./reply-room.ts";
import type { FailedAttempt, FallbackNotice } from "./types.ts";

/** No candidate could answer. `message` is what users read. */
export class TurnFailure extends Error {
  override readonly name = "TurnFailure";
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What a turn needs to call models. */
export interface CandidateOptions {
  readonly catalog: ModelCatalog;
  readonly providers: ReadonlyMap<string, ModelProvider>;
  readonly candidates: readonly ModelRef[];
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  readonly listener: CallListener;
  readonly room: ReplyRoom;
  readonly idleMs: number;
  readonly retryDelaysMs: readonly number[];
  readonly retryAfterMaxMs: number;
  /** 0 to 1. */
  readonly jitter: () => number;
}

const NEVER_RETRIED: ReadonlySet<FailureReason> = new Set([
  "auth",
  "billing",
  "format",
  "model_not_found",
  "overflow",
]);

/** Makes a request for one of the candidates. */
export type MakeRequest = (model: ResolvedModel, failedCalls: number) => ModelRequest;

/**
 * Calls the first candidate that can answer: a few tries each, then the next one. Once a reply has begun it is
 * never asked for again, since users have seen it. Docs: protocol.md#run-errors
 */
export class Candidates {
  readonly #o: CandidateOptions;
  readonly #failed: FailedAttempt[] = [];
  #active = 0;
  #failedCalls = 0;
  #announced = 0;
  #reply = new ModelReply();

  constructor(options: CandidateOptions) {
    this.#o = options;
  }

  /** The reply of the newest call, whole or not. */
  get reply(): ModelReply {
    return this.#reply;
  }

  /** The reply has been dealt with. */
  forgetReply(): void {
    this.#reply = new ModelReply();
  }

  /** The prompt was made shorter: what failed because of it counts no more. */
  forgetOverflow(): void {
    while (this.#failed.at(-1)?.reason === "overflow") this.#failed.pop();
  }

  /** The candidate in use. */
  get active(): ModelRef {
    return this.#o.candidates[this.#active] ?? { provider: "unknown", id: "unknown" };
  }

  /** Set when another than the selected model is in use. */
  get notice(): FallbackNotice | undefined {
    return this.#active === 0 ? undefined : this.#noticeFor(this.active);
  }

  /**
   * Gets a whole reply.
   * @throws {TurnFailure} when no candidate can answer; anything when aborted
   */
  async call(make: MakeRequest): Promise<ResolvedModel> {
    for (;;) {
      if (this.#active > this.#announced) {
        this.#announced = this.#active;
        this.#o.narrator.fallback(this.#noticeFor(this.active));
      }
      const result = await this.#tryActive(make);
      if (!(result instanceof ModelFailure)) return result;
      const isLast = this.#active + 1 >= this.#o.candidates.length;
      if (isLast || result.reason === "overflow" || this.#reply.hasContent) throw this.#exhausted(result);
      this.#active += 1;
    }
  }

  async #tryActive(make: MakeRequest): Promise<ResolvedModel | ModelFailure> {
    const delays = this.#o.retryDelaysMs.slice(0, this.#o.candidates.length > 1 ? 1 : undefined);
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#callActive(make);
      if (!(result instanceof ModelFailure)) return result;
      this.#failedCalls += 1;
      const delayMs = this.#delayBefore(result, delays[attempt]);
      if (delayMs === undefined) {
        this.#record(result);
        return result;
      }
      const { reason } = result;
      const error = describeFailure(result, this.active);
      this.#o.narrator.retry({ attempt: attempt + 2, delayMs, reason, error });
      await pause(delayMs, undefined, { signal: this.#o.signal });
    }
  }

  async #callActive(make: MakeRequest): Promise<ResolvedModel | ModelFailure> {
    const { catalog, providers, signal, idleMs, listener, room } = this.#o;
    this.#reply = new ModelReply();
    try {
      const model = catalog.resolve(this.active);
      const provider = providers.get(model.api);
      if (provider === undefined) {
        const ref = formatModelRef(model);
        throw new ModelFailure("model_not_found", `The API "${model.api}" of ${ref} is not supported.`);
      }
      const request = make(model, this.#failedCalls);
      await callModel({ provider, request, reply: this.#reply, room, signal, idleMs, listener });
      return model;
    } catch (error) {
      signal.throwIfAborted();
      return toModelFailure(error);
    }
  }

  /** Undefined when there is no further try of this candidate. */
  #delayBefore(failure: ModelFailure, delayMs: number | undefined): number | undefined {
    if (delayMs === undefined || NEVER_RETRIED.has(failure.reason) || this.#reply.hasContent)
      return undefined;
    const wanted = failure.retryAfterMs ?? 0;
    if (wanted > this.#o.retryAfterMaxMs) return undefined;
    return Math.round(Math.max(wanted, delayMs) * (1 + 0.1 * this.#o.jitter()));
  }

  #record(failure: ModelFailure): void {
    const { provider, id: model } = this.active;
    const error = describeFailure(failure, this.active);
    const { reason, status } = failure;
    this.#failed.push({ provider, model, error, reason, ...(status !== undefined && { status }) });
  }

  #exhausted(last: ModelFailure): TurnFailure {
    const [only] = this.#failed;
    if (this.#failed.length === 1 && only !== undefined) return new TurnFailure(last.reason, only.error);
    const list = this.#failed.map((a) => `${a.provider}/${a.model}: ${a.error} (${a.reason})`).join(" | ");
    return new TurnFailure(last.reason, `All models failed (${this.#failed.length}): ${list}`);
  }

  #noticeFor(active: ModelRef): FallbackNotice {
    const [selected = active] = this.#o.candidates;
    const [first] = this.#failed;
    const more = this.#failed.length - 1;
    const words = (reason: string): string => reason.replaceAll("_", " ");
    return {
      selectedProvider: selected.provider,
      selectedModel: selected.id,
      activeProvider: active.provider,
      activeModel: active.id,
      reasonSummary: `${words(first?.reason ?? "unknown")}${more > 0 ? ` (+${more} more attempts)` : ""}`,
      attemptSummaries: this.#failed.map((a) => `${a.provider}/${a.model} ${words(a.reason)}`),
      attempts: [...this.#failed],
    };
  }
}
