import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";
import type { GroupCommit } from "../sqlite/group-commit.ts";

/** Small values that people set at run time and that outlive a restart, by name. */
export interface SettingStore {
  /** Undefined when it was never set. */
  get(name: string): Promise<unknown>;
  /** Durable when it resolves. `value` is anything JSON can hold. */
  put(name: string, value: unknown): Promise<void>;
}

/** {@link SettingStore} in SQLite. */
export class SqliteSettingStore implements SettingStore {
  readonly #commits: GroupCommit;
  readonly #get: Statement;
  readonly #put: Statement;

  constructor(database: Database, commits: GroupCommit) {
    this.#commits = commits;
    this.#get = database.statement("SELECT value FROM settings WHERE name = ?");
    this.#put = database.statement(`
      INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`);
  }

  async get(name: string): Promise<unknown> {
    const value = this.#get.text(name);
    return value === undefined ? undefined : decode(value);
  }

  async put(name: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    await this.#commits.submit(() => this.#put.run(name, text));
  }
}
