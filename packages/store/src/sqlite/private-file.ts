import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError, toStoreError } from "../errors.ts";

/** Only the owner may read or write: the mode is given at creation, so no umask and no moment in between matters. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Makes sure that `path` is a file only its owner can open. SQLite gives its `-wal` and `-shm` files the same mode.
 *
 * An existing file is never opened here: closing a second descriptor would drop SQLite's locks on it.
 *
 * @returns the size of the file in bytes.
 * @throws {StoreError} `unavailable`, `disk_full`, `io`
 */
export function ensurePrivateFile(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) {
      closeSync(openSync(path, "wx", PRIVATE_FILE));
      return 0;
    }
    if (!stats.isFile()) throw new StoreError("unavailable", `${path} is not a file`);
    if ((stats.mode & 0o077) !== 0) chmodSync(path, PRIVATE_FILE);
    return stats.size;
  } catch (cause) {
    throw toStoreError(cause);
  }
}
