import type { AgentStore } from "@openclaw/agents";
import type { DeviceStore } from "@openclaw/auth";
import type { NodeStore } from "@openclaw/nodes";
import type { AuditStore } from "./audit/audit-store.ts";
import { IN_MEMORY, type Connection } from "./connect.ts";
import { StoreError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { Maintenance, type Verification } from "./maintenance.ts";
import type { Database } from "./sqlite/database.ts";
import type { SettingStore } from "./settings/setting-store.ts";
import { runInWorker, type Query, type Rows } from "./sqlite/worker.ts";

/** A damaged file that was found on opening. The store started empty beside it. */
export interface Recovery {
  /** Where the damaged file is now. */
  readonly movedTo: string;
  readonly reason: string;
}

/** The gateway's durable state: one file, one owner. */
export interface Store {
  /** Absolute path of the file, or `":memory:"`. */
  readonly path: string;
  readonly agents: AgentStore;
  readonly devices: DeviceStore;
  readonly nodes: NodeStore;
  readonly settings: SettingStore;
  readonly audit: AuditStore;
  /** Present when the file was damaged and had to be replaced: for the operator to see. */
  readonly recovery?: Recovery;
  /** Reads the whole file and reports damage; in a thread of its own. */
  verify(): Promise<Verification>;
  /** Gives the space of deleted records back; in a thread of its own. Commits wait for it, reads do not. */
  vacuum(): Promise<void>;
  /** Writes a consistent copy (mode 0600), replacing an older one at `path` only when done; in a thread of its own. */
  backup(path: string): Promise<void>;
  /** Finishes what was called, folds the log into the file and releases it. Later calls fail with `closed`; idempotent. */
  close(): Promise<void>;
}

/** What an open store is made of. */
export interface StoreParts extends Connection {
  readonly path: string;
  /** Absent in memory, where nobody else could come. */
  readonly owner?: Database;
  readonly recovery?: Recovery;
  readonly logger?: Logger;
}

/** Puts the parts together. */
export function createStore(parts: StoreParts): Store {
  const { path, agents, devices, nodes, settings, audit, commits, recovery } = parts;
  const maintenance = new Maintenance({ path, commits, run: runnerFor(parts) });
  let closing: Promise<void> | undefined;
  const job = <T>(run: () => Promise<T>): Promise<T> =>
    closing === undefined ? run() : Promise.reject(new StoreError("closed"));
  agents.purgeDeleted();
  return {
    path,
    agents,
    devices,
    nodes,
    settings,
    audit,
    ...(recovery !== undefined && { recovery }),
    verify: () => job(() => maintenance.verify()),
    vacuum: () => job(() => maintenance.vacuum()),
    backup: (target) => job(() => maintenance.backup(target)),
    close: () => (closing ??= shutDown(parts, maintenance)),
  };
}

/** A database in memory belongs to its connection: no other thread can see it. */
function runnerFor({ path, database }: StoreParts): (queries: readonly Query[]) => Promise<Rows> {
  if (path !== IN_MEMORY) return (queries) => runInWorker(path, queries);
  return async (queries) => queries.flatMap(({ sql, values }) => database.rows(sql, values));
}

async function shutDown(parts: StoreParts, maintenance: Maintenance): Promise<void> {
  const { path, database, commits, owner, logger } = parts;
  commits.refuse();
  await maintenance.idle();
  await commits.drain();
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    // Nothing is lost: the log is read again on the next opening.
    logger?.warn("the log of the state file could not be folded in", { path, error });
  }
  database.close();
  owner?.close();
}
