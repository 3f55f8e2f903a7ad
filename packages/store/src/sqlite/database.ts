import type Libsql from "libsql";
import { StoreError, toStoreError } from "../errors.ts";

/** What may be bound. Never a boolean: the native driver ends the whole process on one. */
export type SqlValue = string | number | null;

type Driver = typeof Libsql;

/** Loads the native driver; it costs ten milliseconds and ten megabytes, so only opening a store does it. */
export async function loadDriver(): Promise<Driver> {
  return (await import("libsql")).default;
}

/** How long a statement waits for another program's lock: it blocks the event loop, so not long. */
export const BUSY_TIMEOUT_MS = 200;

/** One synchronous connection, with errors as {@link StoreError} and statements that die with it. */
export class Database {
  readonly #connection: Libsql.Database;
  readonly #statements: Statement[] = [];
  #isOpen = true;

  /** @throws {StoreError} `unavailable` when the file cannot be opened. */
  constructor(driver: Driver, path: string) {
    this.#connection = attempt(() => new driver(path, { timeout: BUSY_TIMEOUT_MS }));
  }

  /** Whether a transaction is open; some failures end it without being asked. */
  get inTransaction(): boolean {
    return this.#connection.inTransaction;
  }

  /** Runs one or more statements without values. */
  exec(sql: string): void {
    attempt(() => this.#connection.exec(sql));
  }

  /** Prepares a statement, once, for the life of the connection. */
  statement(sql: string): Statement {
    if (!this.#isOpen) throw new StoreError("closed");
    const statement = new Statement(attempt(() => this.#connection.prepare(sql)));
    this.#statements.push(statement);
    return statement;
  }

  /** Runs one statement once and returns its rows as arrays of columns. */
  rows(sql: string, values: readonly SqlValue[] = []): readonly (readonly unknown[])[] {
    const rows = attempt(() => {
      const statement = this.#connection.prepare(sql);
      return statement.reader ? statement.raw().all(values) : void statement.run(values);
    });
    return (rows ?? []).filter((row) => Array.isArray(row));
  }

  /**
   * Ends every statement, then the connection. The driver keeps the file open until the statements are collected, but
   * nothing can use them any more and no lock is left.
   */
  close(): void {
    this.#isOpen = false;
    for (const statement of this.#statements) statement.end();
    this.#statements.length = 0;
    attempt(() => this.#connection.close());
  }
}

/** A prepared statement. Every value is bound anew on each call, in order. */
export class Statement {
  #native: Libsql.Statement<unknown[]> | undefined;

  constructor(native: Libsql.Statement<unknown[]>) {
    this.#native = native;
  }

  /** Executes a write that returns no rows (others would stay open) and returns how many rows it changed. */
  run(...values: SqlValue[]): number {
    return attempt(() => this.#open().run(values).changes);
  }

  /** First column of the first row. */
  text(...values: SqlValue[]): string | undefined {
    const value = firstColumn(attempt(() => this.#open().raw().get(values)));
    return typeof value === "string" ? value : undefined;
  }

  /** First column of every row. */
  texts(...values: SqlValue[]): string[] {
    const rows = attempt(() => this.#open().raw().all(values));
    return rows.map(firstColumn).filter((value) => typeof value === "string");
  }

  /** First column of every row, for numbers. */
  numbers(...values: SqlValue[]): number[] {
    const rows = attempt(() => this.#open().raw().all(values));
    return rows.map(firstColumn).filter((value) => typeof value === "number");
  }

  /** First column of the first row, for counts. */
  number(...values: SqlValue[]): number {
    const value = firstColumn(attempt(() => this.#open().raw().get(values)));
    return typeof value === "number" ? value : 0;
  }

  /** Makes every later use fail with `closed`. */
  end(): void {
    this.#native = undefined;
  }

  #open(): Libsql.Statement<unknown[]> {
    if (this.#native === undefined) throw new StoreError("closed");
    return this.#native;
  }
}

function firstColumn(row: unknown): unknown {
  return Array.isArray(row) ? row[0] : undefined;
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw toStoreError(cause);
  }
}
