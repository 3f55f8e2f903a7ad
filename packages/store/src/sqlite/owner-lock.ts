import type Libsql from "libsql";
import { StoreError } from "../errors.ts";
import { Database } from "./database.ts";
import { ensurePrivateFile } from "./private-file.ts";

/**
 * Takes `<path>-owner` for this process: one store has one owner. The lock is an exclusive lock of an empty SQLite file,
 * so the kernel drops it with the process, however it ends, and it also works between two stores of one process.
 * The file stays when the lock is released; removing it could take it from under the next owner.
 *
 * @throws {StoreError} `owned` when another store holds it.
 */
export function acquireOwnerLock(driver: typeof Libsql, path: string): Database {
  const lockPath = `${path}-owner`;
  ensurePrivateFile(lockPath);
  const lock = new Database(driver, lockPath);
  try {
    // A journal in memory leaves no second file behind.
    lock.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    if (cause instanceof StoreError && cause.code === "busy") throw new StoreError("owned", path, { cause });
    throw cause;
  }
}
