import { StoreError, toStoreError } from "../errors.ts";
import type { Database, Statement } from "./database.ts";

/** One transaction, as told to {@link GroupCommitOptions.onTransaction} when it is over. */
export interface TransactionReport {
  /** Commits that became durable in it. */
  readonly committed: number;
  /** Commits that were refused. */
  readonly failed: number;
  /** How long it held the event loop, in milliseconds, disk included. */
  readonly durationMs: number;
  /** Why the transaction as a whole failed, e.g. `disk_full`; none of its commits was kept then. */
  readonly error?: StoreError;
}

/** How commits are gathered. */
export interface GroupCommitOptions {
  readonly onTransaction?: (report: TransactionReport) => void;
  /** Work added to one transaction before it is closed, in milliseconds. @default 1 */
  readonly budgetMs?: number;
  /** Monotonic clock in milliseconds. @default performance.now */
  readonly clock?: () => number;
}

/** Commits that may wait at once. */
const MAX_WAITING = 10_000;

/** Commits after which the log is folded into the file: about 1 MB of it. */
const COMMITS_PER_FOLD = 32;

interface Member {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

type Outcome = { readonly member: Member } & ({ readonly value: unknown } | { readonly error: StoreError });

interface Batch {
  tried: number;
  readonly outcomes: Outcome[];
}

/**
 * Gathers the commits of one turn of the event loop into one transaction, so that they share one wait for the disk.
 * They run in the order they came; each is atomic by itself and one that fails takes no other with it. A batch that has
 * used up its budget is closed and the rest follows in the next turn, after whatever else the loop has to do.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #begin: Statement;
  readonly #savepoint: Statement;
  readonly #undo: Statement;
  readonly #release: Statement;
  readonly #commit: Statement;
  readonly #checkpoint: Statement;
  readonly #onTransaction: (report: TransactionReport) => void;
  readonly #budgetMs: number;
  readonly #clock: () => number;
  #waiting: Member[] = [];
  #sinceFold = 0;
  #scheduled = false;
  #paused = false;
  #closed = false;

  constructor(database: Database, options: GroupCommitOptions = {}) {
    this.#database = database;
    this.#onTransaction = options.onTransaction ?? (() => undefined);
    this.#budgetMs = options.budgetMs ?? 1;
    this.#clock = options.clock ?? (() => performance.now());
    this.#begin = database.statement("BEGIN IMMEDIATE");
    this.#savepoint = database.statement("SAVEPOINT member");
    this.#undo = database.statement("ROLLBACK TO member");
    this.#release = database.statement("RELEASE member");
    this.#commit = database.statement("COMMIT");
    this.#checkpoint = database.statement("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /**
   * Runs `work`, which only writes, in the next transaction; resolves to its result once that is on the disk.
   *
   * @throws {StoreError} any code; nothing of `work` was kept then (but see `io`).
   */
  submit<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreError("closed"));
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new StoreError("overloaded"));
    return new Promise<T>((resolve, reject) => {
      // The value handed to resolve is what `work` of the same member returned.
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Holds commits back, without refusing them, while `task` has the file to itself. */
  async pauseWhile<T>(task: () => Promise<T>): Promise<T> {
    this.#paused = true;
    try {
      return await task();
    } finally {
      this.#paused = false;
      this.#schedule();
    }
  }

  /** Refuses new commits; the waiting ones go on. */
  refuse(): void {
    this.#closed = true;
  }

  /** Resolves when no commit waits any more. Not to be awaited within {@link pauseWhile}. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #schedule(): void {
    if (this.#scheduled || this.#paused || (this.#waiting.length === 0 && !this.#isFoldDue)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#paused) return;
      if (this.#isFoldDue) this.#fold();
      else this.#flush();
      this.#schedule();
    });
  }

  get #isFoldDue(): boolean {
    return this.#sinceFold >= COMMITS_PER_FOLD;
  }

  /** Folds the log into the file. In a turn of its own: no commit is acknowledged later for it. */
  #fold(): void {
    this.#sinceFold = 0;
    try {
      this.#checkpoint.number();
    } catch {
      // The log only stays longer; it is tried again, and a full disk is reported by the commits it hits.
    }
  }

  #flush(): void {
    const startedAt = this.#clock();
    const batch: Batch = { tried: 0, outcomes: [] };
    let error: StoreError | undefined;
    try {
      this.#begin.run();
      this.#fill(batch, startedAt);
      this.#commit.run();
    } catch (cause) {
      error = this.#rollBack(cause);
    }
    const durationMs = this.#clock() - startedAt;
    // A transaction that could not begin would not begin for the others either.
    const tried = this.#waiting.splice(0, batch.tried || this.#waiting.length);
    const outcomes = error === undefined ? batch.outcomes : tried.map((member) => ({ member, error }));
    const failed = outcomes.filter(settle).length;
    this.#sinceFold += outcomes.length;
    const report = { committed: outcomes.length - failed, failed, durationMs };
    this.#onTransaction({ ...report, ...(error !== undefined && { error }) });
  }

  #fill(batch: Batch, startedAt: number): void {
    for (const member of this.#waiting) {
      batch.tried += 1;
      batch.outcomes.push(this.#attempt(member));
      if (this.#clock() - startedAt >= this.#budgetMs) return;
    }
  }

  #attempt(member: Member): Outcome {
    this.#savepoint.run();
    try {
      const value = member.work();
      this.#release.run();
      return { member, value };
    } catch (cause) {
      // A full disk ends the whole transaction: then there is no savepoint left to return to.
      if (!this.#database.inTransaction) throw cause;
      this.#undo.run();
      this.#release.run();
      return { member, error: toStoreError(cause) };
    }
  }

  #rollBack(cause: unknown): StoreError {
    try {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // Then the next transaction cannot begin, and its commits are told why.
    }
    return toStoreError(cause);
  }
}

/** Answers the caller; returns whether it failed. */
function settle(outcome: Outcome): boolean {
  if ("error" in outcome) {
    outcome.member.reject(outcome.error);
    return true;
  }
  outcome.member.resolve(outcome.value);
  return false;
}
