import type { RateLimitPolicy } from "../policy.ts";

/** What is being guessed. Each kind has its own budget, so that failing at one does not close the others. */
export type AttemptClass = "shared-secret" | "device-token" | "named-token" | "pairing" | "hook-auth";

/** Limits and clock of an {@link AttemptLimiter}. */
export interface AttemptLimiterOptions {
  /** Read for every decision. */
  readonly policy: () => Pick<RateLimitPolicy, "maxAttempts" | "windowMs" | "lockoutMs">;
  /** Epoch ms. */
  readonly now: () => number;
  /** Clients remembered at the same time; the least recently seen is forgotten first. @default 10_000 */
  readonly maxClients?: number;
  /** Failures of one class per window, over all clients, that count as a spray. @default 1_000 */
  readonly sprayThreshold?: number;
}

interface Budget {
  /** Times of the failures within the window, oldest first. */
  failedAt: number[];
  lockedAt?: number;
}

/**
 * Counts wrong guesses per (class, client) in a sliding window and locks the client out of that class when they
 * reach the limit. Ask {@link AttemptLimiter.lockedForMs} before comparing anything, else a lockout would not slow
 * guessing down (T-AUTH-12). Holds no timer; memory is bounded.
 *
 * Docs: protocol.md#rate-limit
 */
export class AttemptLimiter {
  readonly #options: Required<AttemptLimiterOptions>;
  /** Most recently used last. */
  readonly #budgets = new Map<string, Budget>();
  readonly #sprays = new Map<AttemptClass, { startedAt: number; count: number }>();
  #prunedAt = 0;

  constructor(options: AttemptLimiterOptions) {
    this.#options = { maxClients: 10_000, sprayThreshold: 1_000, ...options };
  }

  /** Clients that are remembered at the moment. */
  get size(): number {
    return this.#budgets.size;
  }

  /** Time until this client may try again, or `undefined` when it may try now. */
  lockedForMs(kind: AttemptClass, client: string): number | undefined {
    const budget = this.#budgets.get(`${kind} ${client}`);
    return budget && this.#lockLeft(budget);
  }

  /** Notes a wrong guess. */
  fail(kind: AttemptClass, client: string): void {
    this.#prune();
    const now = this.#options.now();
    const { maxAttempts } = this.#options.policy();
    const key = `${kind} ${client}`;
    const budget = this.#budgets.get(key) ?? { failedAt: [] };
    budget.failedAt = [...this.#recent(budget), now].slice(-maxAttempts);
    // Many addresses with few guesses each stay below every single limit; then one wrong guess is enough (T-AUTH-14).
    if (budget.failedAt.length >= (this.#isSprayed(kind) ? 1 : maxAttempts)) budget.lockedAt = now;
    this.#remember(key, budget);
  }

  /** Notes a right guess: the client starts afresh. */
  succeed(kind: AttemptClass, client: string): void {
    this.#budgets.delete(`${kind} ${client}`);
  }

  /** Forgets everything. */
  clear(): void {
    this.#budgets.clear();
    this.#sprays.clear();
  }

  #lockLeft({ lockedAt }: Budget): number | undefined {
    if (lockedAt === undefined) return undefined;
    const { lockoutMs } = this.#options.policy();
    const left = lockedAt + lockoutMs - this.#options.now();
    // More than a whole lockout left means that the clock was set back; nobody is locked out for days.
    return left > 0 && left <= lockoutMs ? left : undefined;
  }

  #recent({ failedAt }: Budget): number[] {
    const since = this.#options.now() - this.#options.policy().windowMs;
    return failedAt.filter((at) => at > since);
  }

  #isSprayed(kind: AttemptClass): boolean {
    const now = this.#options.now();
    const spray = this.#sprays.get(kind);
    const isCurrent = spray !== undefined && now - spray.startedAt < this.#options.policy().windowMs;
    const current = isCurrent ? spray : { startedAt: now, count: 0 };
    current.count += 1;
    this.#sprays.set(kind, current);
    return current.count > this.#options.sprayThreshold;
  }

  #remember(key: string, budget: Budget): void {
    this.#budgets.delete(key);
    this.#budgets.set(key, budget);
    const [oldest] = this.#budgets.keys();
    if (this.#budgets.size > this.#options.maxClients && oldest !== undefined) this.#budgets.delete(oldest);
  }

  /** At most once a minute, and only when something is added: no timer has to be owned. */
  #prune(): void {
    const now = this.#options.now();
    if (Math.abs(now - this.#prunedAt) < 60_000) return;
    this.#prunedAt = now;
    for (const [key, budget] of this.#budgets) {
      if (this.#recent(budget).length === 0 && this.#lockLeft(budget) === undefined)
        this.#budgets.delete(key);
    }
  }
}
