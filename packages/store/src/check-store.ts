import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from "./errors.ts";
import { APPLICATION_ID } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/list.ts";
import { type Query, type Rows, runInWorker } from "./sqlite/worker.ts";

/** What a look at a state file that nobody has open found. */
export interface StoreCheck {
  readonly ok: boolean;
  readonly exists: boolean;
  /** Version of its schema; absent when that cannot be read. */
  readonly version?: number;
  /** Why a gateway could not use it. */
  readonly code?: StoreErrorCode;
  /** In SQLite's words, cut after 100; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Reads a whole state file and checks it, in a thread of its own; writes nothing, not even beside it. The caller sees to it
 * that no gateway has it open.
 *
 * Docs: runbook.md#state
 */
export async function checkStore(path: string): Promise<StoreCheck> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { ok: true, exists: false, problems: [] };
  if (!found.isFile()) return refused("unavailable", { problems: ["it is no file"] });
  const read = (sql: string) => runInWorker(readOnly(path), [{ sql }]);
  try {
    const version = numberOf(await read("PRAGMA user_version"));
    const application = numberOf(await read("PRAGMA application_id"));
    const isEmpty = version === 0 && application === 0 && numberOf(await read(COUNT)) === 0;
    if (!isEmpty && application !== APPLICATION_ID) return refused("not_a_store", { version });
    if (version > MIGRATIONS.length) return refused("newer_version", { version });
    const rows = await runInWorker(readOnly(path), CHECKS);
    const problems = rows.map((row) => row.join(" ")).filter((row) => row !== "ok");
    return problems.length === 0
      ? { ok: true, exists: true, version, problems }
      : refused("corrupt", { version, problems });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return refused(error.code, { problems: [error.message] });
  }
}

const COUNT = "SELECT count(*) FROM sqlite_schema";
const CHECKS: readonly Query[] = [{ sql: "PRAGMA integrity_check" }, { sql: "PRAGMA foreign_key_check" }];

/** A file whose log is folded in is read as one that cannot change: SQLite then makes no files beside it. */
function readOnly(path: string): string {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return `${pathToFileURL(path).href}?mode=ro${log === undefined || log.size === 0 ? "&immutable=1" : ""}`;
}

function refused(code: StoreErrorCode, found: Partial<StoreCheck>): StoreCheck {
  return { problems: [STORE_ERROR_CODES[code]], ...found, ok: false, exists: true, code };
}

function numberOf(rows: Rows): number {
  return Number(rows[0]?.[0]);
}
