import type { Migration } from "../migrate.ts";

/** Machines that offer commands: what was approved for each, what waits. */
export const nodes: Migration = {
  name: "nodes",
  sql: `
    CREATE TABLE nodes (
      id INTEGER PRIMARY KEY,
      node_id TEXT NOT NULL UNIQUE,
      record TEXT NOT NULL
    ) STRICT;
  `,
};
