import type { Migration } from "../migrate.ts";

/** What models used, by the hour (small whatever happens), and the few things people set at run time. */
export const usageAndSettings: Migration = {
  name: "usage-and-settings",
  sql: `
    CREATE TABLE usage_hours (
      hour INTEGER PRIMARY KEY,
      input INTEGER NOT NULL,
      output INTEGER NOT NULL,
      cache_read INTEGER NOT NULL,
      cache_write INTEGER NOT NULL,
      input_cost REAL NOT NULL,
      output_cost REAL NOT NULL,
      cache_read_cost REAL NOT NULL,
      cache_write_cost REAL NOT NULL,
      missing_cost_entries INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE settings (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;
  `,
};
