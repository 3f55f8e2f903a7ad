import type { TranscriptLine, TranscriptQuery } from "@openclaw/agents";
import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";

/** Lines removed by one step of {@link TranscriptTable.purge}. */
const PURGE_STEP_LINES = 100;

/** SQLite's word for no limit. */
const ALL = -1;

/** Transcripts, append only. */
export class TranscriptTable {
  readonly #open: Statement;
  readonly #idOf: Statement;
  readonly #append: Statement;
  readonly #delete: Statement;
  readonly #rename: Statement;
  readonly #length: Statement;
  readonly #tail: Statement;
  readonly #sizes: Statement;
  readonly #firstDeleted: Statement;
  readonly #purgeLines: Statement;
  readonly #purgeEmpty: Statement;

  constructor(database: Database) {
    this.#open = database.statement("INSERT INTO transcripts (session_id) VALUES (?) ON CONFLICT DO NOTHING");
    this.#idOf = database.statement("SELECT id FROM transcripts WHERE session_id = ?");
    this.#append = database.statement("INSERT INTO transcript_lines (transcript_id, line) VALUES (?, ?)");
    this.#delete = database.statement("UPDATE transcripts SET session_id = NULL WHERE session_id = ?");
    this.#rename = database.statement("UPDATE transcripts SET session_id = ? WHERE session_id = ?");
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
    return () => {
      this.#open.run(sessionId);
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
  archive(sessionId: string, as: string): void {
    this.#rename.run(as, sessionId);
  }

  /** Parts the transcript from its session at once; {@link purge} frees its lines. */
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
