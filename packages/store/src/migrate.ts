import { StoreError } from "./errors.ts";
import type { Database } from "./sqlite/database.ts";

/** One step of the schema, forward only. Its place in the list, from 1, is the version it leads to. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Marks a database as ours: "OCGW". */
export const APPLICATION_ID = 0x4f434757;

/**
 * Brings the schema up to date, each step in one transaction together with its version number. Nothing is written when
 * the file is current, newer, or not ours.
 *
 * @returns the names of the steps taken.
 * @throws {StoreError} `newer_version`, `not_a_store`
 */
export function migrate(database: Database, migrations: readonly Migration[]): readonly string[] {
  const version = checkedVersion(database, migrations.length);
  const steps = migrations.slice(version);
  for (const [index, step] of steps.entries()) {
    applyStep(
      database,
      `${step.sql}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + index + 1}`,
    );
  }
  return steps.map((step) => step.name);
}

/** Reads the version of a file that may be used, without changing the file. */
export function checkedVersion(database: Database, latest: number): number {
  const version = numberOf(database, "PRAGMA user_version");
  const applicationId = numberOf(database, "PRAGMA application_id");
  const tables = numberOf(database, "SELECT count(*) FROM sqlite_schema");
  if (version === 0 && applicationId === 0 && tables === 0) return 0;
  if (applicationId !== APPLICATION_ID) throw new StoreError("not_a_store");
  if (version > latest) {
    throw new StoreError("newer_version", `its schema is ${version}, this version knows up to ${latest}`);
  }
  return version;
}

function applyStep(database: Database, sql: string): void {
  try {
    database.exec(`BEGIN IMMEDIATE; ${sql}; COMMIT`);
  } catch (cause) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw cause;
  }
}

function numberOf(database: Database, sql: string): number {
  return Number(database.rows(sql)[0]?.[0]);
}
