import { resolve } from "node:path";
import type Libsql from "libsql";
import { connect, IN_MEMORY, type Connection } from "./connect.ts";
import { StoreError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { loadDriver } from "./sqlite/database.ts";
import type { TransactionReport } from "./sqlite/group-commit.ts";
import { acquireOwnerLock } from "./sqlite/owner-lock.ts";
import { setAside } from "./sqlite/set-aside.ts";
import { createStore, type Recovery, type Store } from "./store.ts";

/** Where the state lies, and who is told about it. */
export interface OpenStoreOptions {
  /** The state file, created with its folder when missing; or `":memory:"`, which keeps nothing. */
  readonly path: string;
  readonly logger?: Logger;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Called after every transaction, for metrics and readiness. */
  readonly onTransaction?: (report: TransactionReport) => void;
}

/**
 * Opens the state file. Writes resolve when they are on the disk; a process killed at any moment loses none of those.
 *
 * @throws {StoreError} `owned` when another gateway has it open, `newer_version`, `not_a_store`, `unavailable`, `io`,
 * `disk_full`. A damaged file is no error: see {@link Store.recovery}.
 *
 * Docs: runbook.md#state
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { logger } = options;
  const driver = await loadDriver();
  if (options.path === IN_MEMORY) {
    return createStore({
      ...connect(driver, IN_MEMORY, options),
      path: IN_MEMORY,
      ...(logger && { logger }),
    });
  }
  const path = resolve(options.path);
  const owner = acquireOwnerLock(driver, path);
  try {
    const connected = connectOrReplace(driver, path, options);
    return createStore({ ...connected, path, owner, ...(logger && { logger }) });
  } catch (cause) {
    owner.close();
    throw cause;
  }
}

function connectOrReplace(
  driver: typeof Libsql,
  path: string,
  options: OpenStoreOptions,
): Connection & { readonly recovery?: Recovery } {
  try {
    return connect(driver, path, options);
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== "corrupt") throw cause;
    const movedTo = setAside(path, (options.now ?? Date.now)());
    options.logger?.error(`${cause.message}; it was moved to ${movedTo} and an empty one begun`, { path });
    return { ...connect(driver, path, options), recovery: { movedTo, reason: cause.message } };
  }
}
