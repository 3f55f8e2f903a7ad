import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { StoreError, toStoreError } from "../errors.ts";
import { BUSY_TIMEOUT_MS, type SqlValue } from "./database.ts";

/** A statement and its values. */
export interface Query {
  readonly sql: string;
  readonly values?: readonly SqlValue[];
}

/** Rows as arrays of columns. */
export type Rows = readonly (readonly unknown[])[];

type Reply = { readonly rows: Rows } | { readonly error: unknown };

/**
 * The thread's program, as text: an application may bundle this package into one file, and a running process must not
 * need a second one that an upgrade in place could have replaced. It loads the driver by its full path and nothing else.
 */
const PROGRAM = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { driver, path, timeout, queries } = workerData;
  try {
    const database = new (require(driver))(path, { timeout });
    const rows = queries.flatMap(({ sql, values = [] }) => {
      const statement = database.prepare(sql);
      return statement.reader ? statement.raw().all(values) : (statement.run(values), []);
    });
    parentPort.postMessage({ rows });
  } catch (error) {
    parentPort.postMessage({ error: { message: String(error.message), rawCode: error.rawCode } });
  }
`;

/**
 * Runs statements that take as long as the file is large, one after the other, on a connection and in a thread of their
 * own, so that the event loop stays free. The thread ends with them.
 *
 * @returns the rows of all of them.
 * @throws {StoreError} any code.
 */
export function runInWorker(path: string, queries: readonly Query[]): Promise<Rows> {
  const driver = createRequire(import.meta.url).resolve("libsql");
  return new Promise((resolve, reject) => {
    const worker = new Worker(PROGRAM, {
      eval: true,
      // Flags of this process (loaders, an input type) would change what the program text means.
      execArgv: [],
      workerData: { driver, path, timeout: BUSY_TIMEOUT_MS, queries },
    });
    let reply: Reply = { error: new StoreError("failed", "the maintenance thread ended without an answer") };
    worker.once("message", (message: Reply) => (reply = message));
    worker.once("error", (error) => (reply = { error }));
    worker.once("exit", () => {
      if ("rows" in reply) resolve(reply.rows);
      else reject(toStoreError(reply.error));
    });
  });
}
