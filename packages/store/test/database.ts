import { Database, loadDriver } from "../src/sqlite/database.ts";
import { migrate } from "../src/migrate.ts";
import { MIGRATIONS } from "../src/migrations/list.ts";

/** A database in memory with the current schema. */
export async function memoryDatabase(): Promise<Database> {
  const database = new Database(await loadDriver(), ":memory:");
  migrate(database, MIGRATIONS);
  return database;
}
