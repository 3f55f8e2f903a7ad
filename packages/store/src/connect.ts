import { existsSync, statSync } from "node:fs";
import type Libsql from "libsql";
import { SqliteAgentStore } from "./agents/agent-store.ts";
import { SqliteAuditStore } from "./audit/audit-store.ts";
import { SqliteDeviceStore } from "./devices/device-store.ts";
import { StoreError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { checkedVersion, migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/list.ts";
import { Database } from "./sqlite/database.ts";
import { GroupCommit, type GroupCommitOptions } from "./sqlite/group-commit.ts";
import { ensurePrivateFile } from "./sqlite/private-file.ts";
import { SqliteNodeStore } from "./nodes/node-store.ts";
import { SqliteSettingStore } from "./settings/setting-store.ts";

/** A connection with everything that is built on it. */
export interface Connection {
  readonly database: Database;
  readonly commits: GroupCommit;
  readonly agents: SqliteAgentStore;
  readonly devices: SqliteDeviceStore;
  readonly nodes: SqliteNodeStore;
  readonly settings: SqliteSettingStore;
  readonly audit: SqliteAuditStore;
}

/** The path of a store that lives in memory. */
export const IN_MEMORY = ":memory:";

/**
 * `FULL` makes every commit wait for the disk. {@link GroupCommit} folds the log into the file; only one that grew past
 * 16 MB in between (4096 pages) is folded within a commit. After a burst it is cut back to 4 MB.
 */
const SETTINGS = `
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA wal_autocheckpoint = 4096;
  PRAGMA journal_size_limit = 4194304;
`;

/** Opens the file, brings its schema up to date and prepares every statement. */
export function connect(
  driver: typeof Libsql,
  path: string,
  options: GroupCommitOptions & { readonly logger?: Logger },
): Connection {
  if (path !== IN_MEMORY) checkFile(path);
  const database = new Database(driver, path);
  try {
    // First of all, since it is what leaves the file of another program or version untouched.
    checkedVersion(database, MIGRATIONS.length);
    useWriteAheadLog(database, path);
    database.exec(SETTINGS);
    for (const name of migrate(database, MIGRATIONS))
      options.logger?.debug("state file migrated", { path, step: name });
    const commits = new GroupCommit(database, options);
    const agents = new SqliteAgentStore(database, commits, options.logger);
    const devices = new SqliteDeviceStore(database, commits);
    const nodes = new SqliteNodeStore(database, commits);
    const settings = new SqliteSettingStore(database, commits);
    const audit = new SqliteAuditStore(database, commits);
    return { database, commits, agents, devices, nodes, settings, audit };
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** SQLite takes an empty file for a new one and drops its log: after a truncation that would lose commits silently. */
function checkFile(path: string): void {
  const size = ensurePrivateFile(path);
  if (size === 0 && existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw new StoreError("corrupt", "the file is empty but its log is not");
  }
}

function useWriteAheadLog(database: Database, path: string): void {
  const mode = database.rows("PRAGMA journal_mode = WAL")[0]?.[0];
  if (mode !== "wal" && path !== IN_MEMORY) {
    throw new StoreError("unavailable", "its file system cannot hold a write-ahead log");
  }
}
