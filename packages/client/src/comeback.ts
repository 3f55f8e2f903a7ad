import { fullJitterMs } from "./backoff.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ConnectionError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { recoverFrom } from "./recovery.ts";
import type { ClientState } from "./state.ts";

/** When to connect again, as the state to wait in. */
export type Wait = Extract<ClientState, { type: "waiting" }>;

/** Decides, failure by failure, whether and when to connect again, from one loss (or the start) to the next hello. */
export class Comeback {
  readonly #options: ClientOptions;
  readonly #wasConnected: boolean;
  #attempt = 0;
  #requestId: string | undefined;
  #announcedMs: number | undefined;

  /** @param lost absent for the first connection, which fails fast */
  constructor(options: ClientOptions, lost?: { readonly restartExpectedMs: number | undefined }) {
    this.#options = options;
    this.#wasConnected = lost !== undefined;
    this.#announcedMs = lost?.restartExpectedMs;
  }

  /** The wait before the next attempt; `undefined` when there shall be none. */
  after(error: ConnectionError): Wait | undefined {
    const recovery = recoverFrom(error);
    if (recovery.action === "approval") return this.#forApproval(error, recovery.requestId);
    return recovery.action === "retry" && this.#wasConnected
      ? this.#forGateway(error, recovery.delayMs)
      : undefined;
  }

  #forGateway(error: ConnectionError, askedMs: number | undefined): Wait | undefined {
    const { reconnect, random = Math.random } = this.#options;
    if (!reconnect || this.#attempt >= (reconnect.maxAttempts ?? Number.POSITIVE_INFINITY)) return undefined;
    const bounds = {
      baseMs: reconnect.baseMs ?? DEFAULTS.reconnectBaseMs,
      maxMs: reconnect.maxMs ?? DEFAULTS.reconnectMaxMs,
    };
    // Whoever lost the same gateway was told the same time: they must not all come at that very moment.
    const toldMs = askedMs ?? this.#announcedMs;
    const spreadMs = fullJitterMs(this.#attempt + (toldMs === undefined ? 0 : 1), random(), bounds);
    const delayMs = (toldMs ?? 0) + spreadMs;
    this.#announcedMs = undefined;
    this.#attempt += 1;
    return { type: "waiting", for: "gateway", attempt: this.#attempt, delayMs, error };
  }

  #forApproval(error: ConnectionError, requestId: string | undefined): Wait | undefined {
    const { awaitApproval } = this.#options;
    // A second request means that the first was rejected or has expired: asking on would nag.
    const isRejected = this.#requestId !== undefined && requestId !== this.#requestId;
    if (!awaitApproval || isRejected) return undefined;
    this.#requestId = requestId;
    this.#attempt += 1;
    return {
      type: "waiting",
      for: "approval",
      attempt: this.#attempt,
      delayMs: awaitApproval.pollMs ?? DEFAULTS.approvalPollMs,
      error,
      ...(requestId !== undefined && { requestId }),
    };
  }
}
