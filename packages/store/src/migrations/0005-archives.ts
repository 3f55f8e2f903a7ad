import type { Migration } from "../migrate.ts";

/**
 * How large each transcript is, and since when no session uses it any more: what upkeep decides by. Of the archives there
 * are nobody noted when they were left, so their time begins now.
 */
export const archives: Migration = {
  name: "archives",
  sql: `
    ALTER TABLE transcripts ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE transcripts ADD COLUMN left_at INTEGER;
    -- 'reset', 'cut' or 'deleted'.
    ALTER TABLE transcripts ADD COLUMN left_as TEXT;

    UPDATE transcripts SET bytes = coalesce(
      (SELECT sum(octet_length(line)) FROM transcript_lines WHERE transcript_id = transcripts.id), 0);
    UPDATE transcripts
      SET left_at = unixepoch() * 1000, left_as = iif(instr(session_id, '.bak.') > 0, 'cut', 'reset')
      WHERE session_id IS NOT NULL AND session_id NOT IN (SELECT session_id FROM sessions);

    CREATE INDEX transcripts_left ON transcripts (left_at, id) WHERE left_at IS NOT NULL AND session_id IS NOT NULL;
  `,
};
