import type { Migration } from "../migrate.ts";

/**
 * Each table keeps the whole record as JSON, so that fields nobody here knows survive, beside the columns queries need.
 * Long columns come last: SQLite then reads the short ones without following a row's overflow pages.
 */
export const initial: Migration = {
  name: "initial",
  sql: `
    -- Shown: 'session', or one of the kinds that lists hide unless asked.
    CREATE TABLE sessions (
      key TEXT PRIMARY KEY,
      session_id TEXT NOT NULL,
      agent_id TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      shown TEXT NOT NULL,
      label TEXT,
      spawned_by TEXT,
      search_text TEXT NOT NULL,
      entry TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sessions_by_time ON sessions (updated_at DESC, key, shown);
    CREATE INDEX sessions_by_agent ON sessions (agent_id, updated_at DESC, key, shown);
    CREATE INDEX sessions_by_session_id ON sessions (session_id, updated_at DESC);

    -- A transcript without a session id is deleted; its lines go in small steps.
    CREATE TABLE transcripts (
      id INTEGER PRIMARY KEY,
      session_id TEXT UNIQUE
    ) STRICT;
    CREATE INDEX transcripts_deleted ON transcripts (id) WHERE session_id IS NULL;
    CREATE TABLE transcript_lines (
      position INTEGER PRIMARY KEY,
      transcript_id INTEGER NOT NULL REFERENCES transcripts (id),
      line TEXT NOT NULL
    ) STRICT;
    CREATE INDEX transcript_lines_by_transcript ON transcript_lines (transcript_id);

    -- finished_at is null until the run is over.
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      principal TEXT NOT NULL,
      run_id TEXT NOT NULL,
      accepted_at INTEGER NOT NULL,
      finished_at INTEGER,
      record TEXT NOT NULL,
      UNIQUE (run_id, principal)
    ) STRICT;
    CREATE INDEX runs_unfinished ON runs (accepted_at) WHERE finished_at IS NULL;
    CREATE INDEX runs_finished ON runs (finished_at DESC, id) WHERE finished_at IS NOT NULL;
    CREATE INDEX runs_finished_by_principal ON runs (principal, finished_at DESC, id) WHERE finished_at IS NOT NULL;

    CREATE TABLE devices (
      id INTEGER PRIMARY KEY,
      device_id TEXT NOT NULL UNIQUE,
      record TEXT NOT NULL
    ) STRICT;
    CREATE TABLE pending_pairings (
      id INTEGER PRIMARY KEY,
      request_id TEXT NOT NULL UNIQUE,
      record TEXT NOT NULL
    ) STRICT;
  `,
};
