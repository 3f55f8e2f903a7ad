import type { StoredArchive, StoredPage, TranscriptLine, TranscriptQuery } from "@openclaw/agents";
import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";

/** Lines removed by one step of {@link TranscriptTable.purge}. */
const PURGE_STEP_LINES = 100;

/** Transcripts counted by one step of {@link TranscriptTable.size}. */
const SIZE_STEP = 1_000;

const IS_ARCHIVE = "left_at IS NOT NULL AND session_id IS NOT NULL";

/** A record of a cron job and its run share a session id. */
const IS_UNUSED = "NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session_id = transcripts.session_id)";

/** SQLite's word for no limit. */
const ALL = -1;

/** Transcripts, append only. */
export class TranscriptTable {
  readonly #open: Statement;
  readonly #idOf: Statement;
  readonly #append: Statement;
  readonly #delete: Statement;
  readonly #rename: Statement;
  readonly #leave: Statement;
  readonly #leaveFormer: Statement;
  readonly #archives: Statement;
  readonly #archiveCount: Statement;
  readonly #size: Statement;
  readonly #length: Statement;
  readonly #tail: Statement;
  readonly #sizes: Statement;
  readonly #firstDeleted: Statement;
  readonly #purgeLines: Statement;
  readonly #purgeEmpty: Statement;

  constructor(database: Database) {
    this.#open = database.statement(`
      INSERT INTO transcripts (session_id, bytes) VALUES (?, ?)
      ON CONFLICT (session_id) DO UPDATE SET bytes = bytes + excluded.bytes`);
    this.#idOf = database.statement("SELECT id FROM transcripts WHERE session_id = ?");
    this.#append = database.statement("INSERT INTO transcript_lines (transcript_id, line) VALUES (?, ?)");
    this.#delete = database.statement(
      `UPDATE transcripts SET session_id = NULL WHERE session_id = ? AND ${IS_UNUSED}`,
    );
    this.#rename = database.statement(
      "UPDATE transcripts SET session_id = ?, left_at = ?, left_as = 'cut' WHERE session_id = ?",
    );
    this.#leave = database.statement("UPDATE transcripts SET left_at = ?, left_as = ? WHERE session_id = ?");
    this.#leaveFormer = database.statement(`
      UPDATE transcripts SET left_at = ?, left_as = 'reset'
      WHERE session_id = (SELECT session_id FROM sessions WHERE key = ? AND session_id <> ?)`);
    this.#archives = database.statement(`
      SELECT json_object('sessionId', session_id, 'leftAs', left_as, 'leftAt', left_at, 'bytes', bytes)
      FROM transcripts WHERE ${IS_ARCHIVE} AND ${IS_UNUSED} ORDER BY left_at, id LIMIT ? OFFSET ?`);
    this.#archiveCount = database.statement(`SELECT count(*) FROM transcripts WHERE ${IS_ARCHIVE}`);
    this.#size = database.statement(`
      SELECT json_array(max(id), sum(iif(session_id IS NULL, 0, bytes)))
      FROM (SELECT id, session_id, bytes FROM transcripts WHERE id > ? ORDER BY id LIMIT ${SIZE_STEP})`);
    // The index alone answers this.
    this.#length = database.statement(`
      SELECT count(*) FROM transcript_lines
      WHERE transcript_id = (SELECT id FROM transcripts WHERE session_id = ?)`);
    this.#tail = database.statement(`
      SELECT line FROM transcript_lines
      WHERE transcript_id = (SELECT id FROM transcripts WHERE session_id = ?)
      ORDER BY position DESC LIMIT ? OFFSET ?`);
    // The size stands in the head of a row: the text itself is not read.
    this.#sizes = database.statement(`
      SELECT octet_length(line) FROM transcript_lines
      WHERE transcript_id = (SELECT id FROM transcripts WHERE session_id = ?)
      ORDER BY position DESC LIMIT ? OFFSET ?`);
    this.#firstDeleted = database.statement("SELECT id FROM transcripts WHERE session_id IS NULL LIMIT 1");
    this.#purgeLines = database.statement(`
      DELETE FROM transcript_lines WHERE position IN
        (SELECT position FROM transcript_lines WHERE transcript_id = ? LIMIT ${PURGE_STEP_LINES})`);
    this.#purgeEmpty = database.statement("DELETE FROM transcripts WHERE id = ?");
  }

  /** Prepares to append the lines as they are now. */
  append(sessionId: string, lines: readonly TranscriptLine[]): () => void {
    const texts = lines.map((line) => JSON.stringify(line));
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return () => {
      this.#open.run(sessionId, bytes);
      const id = this.#idOf.number(sessionId);
      for (const text of texts) this.#append.run(id, text);
    };
  }

  /** The newest lines a query leaves in, oldest first. */
  tail(sessionId: string, { limit = ALL, offset = 0, maxBytes }: TranscriptQuery): TranscriptLine[] {
    const fitting =
      maxBytes === undefined ? limit : countFitting(this.#sizes.numbers(sessionId, limit, offset), maxBytes);
    const lines = this.#tail.texts(sessionId, fitting, offset);
    return lines.reverse().map((line) => decode(line));
  }

  length(sessionId: string): number {
    return this.#length.number(sessionId);
  }

  /** Keeps the transcript under another id. */
  archive(sessionId: string, as: string, at: number): void {
    this.#rename.run(as, at, sessionId);
  }

  /** Notes that a session is about to go on under another id, if it is. */
  leaveFormer(key: string, sessionId: string, at: number): void {
    this.#leaveFormer.run(at, key, sessionId);
  }

  /** Notes that a session is gone and its transcript stays. */
  leave(sessionId: string, at: number): void {
    this.#leave.run(at, "deleted", sessionId);
  }

  /** Transcripts that no session uses, the one left first foremost. */
  archives({ limit, offset }: StoredPage): StoredArchive[] {
    return this.#archives.texts(limit, offset).map((archive) => decode(archive));
  }

  archiveCount(): number {
    return this.#archiveCount.number();
  }

  /** Size of some transcripts: of the first ones behind `after`. The last of these is undefined behind the last of all. */
  size(after: number): { readonly last: number | undefined; readonly bytes: number } {
    const [last, bytes] = decode<[number | null, number | null]>(this.#size.text(after) ?? "[null,null]");
    return { last: last ?? undefined, bytes: bytes ?? 0 };
  }

  /** Parts the transcript from its session at once, unless one still uses it; {@link purge} frees its lines. */
  delete(sessionId: string): boolean {
    return this.#delete.run(sessionId) > 0;
  }

  /** Whether deleted transcripts wait for {@link purge}. */
  hasDeleted(): boolean {
    return this.#firstDeleted.number() !== 0;
  }

  /** Removes a bounded number of lines of a deleted transcript, and the transcript after its last line. */
  purge(): void {
    const id = this.#firstDeleted.number();
    if (this.#purgeLines.run(id) < PURGE_STEP_LINES) this.#purgeEmpty.run(id);
  }
}

/** How many of the sizes, from the first on, fit the budget together; the first one always does. */
function countFitting(sizes: readonly number[], maxBytes: number): number {
  let bytes = 0;
  const over = sizes.findIndex((size, index) => (bytes += size) > maxBytes && index > 0);
  return over < 0 ? sizes.length : over;
}
