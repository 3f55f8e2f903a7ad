import type { Migration } from "../migrate.ts";

/** Who did what that matters for security. Numbers are never given out twice, also when the oldest entries are gone. */
export const audit: Migration = {
  name: "audit",
  sql: `
    CREATE TABLE audit_log (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      ts INTEGER NOT NULL,
      kind TEXT NOT NULL,
      entry TEXT NOT NULL
    ) STRICT;

    CREATE INDEX audit_log_by_ts ON audit_log (ts);
    CREATE INDEX audit_log_by_kind ON audit_log (kind);
  `,
};
