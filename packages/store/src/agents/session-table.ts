import type { SessionEntry, SessionQuery, StoredPage, StoredSession, StoredTotals } from "@openclaw/agents";
import { decode } from "../json.ts";
import type { Database, SqlValue, Statement } from "../sqlite/database.ts";

/** Session entries by key, and the listing of them. */
export class SessionTable {
  readonly #database: Database;
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #byKey: Statement;
  readonly #bySessionId: Statement;
  readonly #stored: Statement;
  readonly #counts: Statement;
  /** One pair of statements per combination of filters, so at most a few hundred, built when first asked for. */
  readonly #listings = new Map<string, { readonly page: Statement; readonly count: Statement }>();

  constructor(database: Database) {
    this.#database = database;
    this.#put = database.statement(`
      INSERT INTO sessions (key, session_id, agent_id, updated_at, shown, label, spawned_by, search_text, entry)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET session_id = excluded.session_id, agent_id = excluded.agent_id,
        updated_at = excluded.updated_at, shown = excluded.shown, label = excluded.label,
        spawned_by = excluded.spawned_by, search_text = excluded.search_text, entry = excluded.entry`);
    this.#delete = database.statement("DELETE FROM sessions WHERE key = ? RETURNING session_id");
    this.#byKey = database.statement("SELECT entry FROM sessions WHERE key = ?");
    this.#bySessionId = database.statement(
      "SELECT entry FROM sessions WHERE session_id = ? ORDER BY updated_at DESC LIMIT 1",
    );
    this.#stored = database.statement(`
      SELECT json_object('key', key, 'sessionId', session_id, 'agentId', agent_id, 'updatedAt', updated_at, 'bytes',
        coalesce((SELECT bytes FROM transcripts WHERE transcripts.session_id = sessions.session_id), 0))
      FROM sessions ORDER BY updated_at, key DESC LIMIT ? OFFSET ?`);
    this.#counts = database.statement(
      "SELECT json_object('agentId', agent_id, 'count', count(*)) FROM sessions GROUP BY agent_id",
    );
  }

  /** Prepares to insert or replace an entry as it is now. */
  put(entry: SessionEntry): () => void {
    const values: readonly SqlValue[] = [
      entry.key,
      entry.sessionId,
      entry.agentId,
      entry.updatedAt,
      shownAs(entry.key),
      entry.label ?? null,
      entry.spawnedBy ?? null,
      searchText(entry),
      JSON.stringify(entry),
    ];
    return () => this.#put.run(...values);
  }

  /** Removes an entry and returns the session id it had. */
  delete(key: string): string | undefined {
    return this.#delete.text(key);
  }

  byKey(key: string): SessionEntry | undefined {
    const entry = this.#byKey.text(key);
    return entry === undefined ? undefined : decode(entry);
  }

  /** The most recently updated one, since a cron job's record and its run share a session id. */
  bySessionId(sessionId: string): SessionEntry | undefined {
    const entry = this.#bySessionId.text(sessionId);
    return entry === undefined ? undefined : decode(entry);
  }

  /** Newest first; equal times by key. */
  list(query: SessionQuery): { entries: SessionEntry[]; total: number } {
    const { where, values } = filterOf(query);
    const listing = this.#listing(where);
    // SQLite's LIMIT -1 means all.
    const entries = listing.page.texts(...values, query.limit ?? -1, query.offset ?? 0);
    return { entries: entries.map((entry) => decode(entry)), total: listing.count.number(...values) };
  }

  /** Every kind, least recently updated first. */
  stored({ limit, offset }: StoredPage): StoredSession[] {
    return this.#stored.texts(limit, offset).map((session) => decode(session));
  }

  /** How many there are of each agent. */
  counts(): StoredTotals["sessions"] {
    return this.#counts.texts().map((count) => decode(count));
  }

  #listing(where: string): { readonly page: Statement; readonly count: Statement } {
    const known = this.#listings.get(where);
    if (known !== undefined) return known;
    const order = "ORDER BY updated_at DESC, key LIMIT ? OFFSET ?";
    const page = this.#database.statement(`SELECT entry FROM sessions WHERE ${where} ${order}`);
    const count = this.#database.statement(`SELECT count(*) FROM sessions WHERE ${where}`);
    this.#listings.set(where, { page, count });
    return { page, count };
  }
}

function filterOf(query: SessionQuery): { where: string; values: SqlValue[] } {
  const shown = [
    "'session'",
    ...(query.includeGlobal === true ? ["'global'"] : []),
    ...(query.includeUnknown === true ? ["'unknown'"] : []),
    ...(query.includeCronRuns === true ? ["'cron-run'"] : []),
  ];
  const filters: readonly (readonly [condition: string, value: SqlValue | undefined])[] = [
    ["agent_id = ?", query.agentId],
    ["updated_at > ?", query.updatedAfter],
    ["label = ?", query.label],
    ["spawned_by = ?", query.spawnedBy],
    ["instr(search_text, ?) > 0", query.search?.toLowerCase()],
  ];
  const conditions = [`shown IN (${shown.join(", ")})`];
  const values: SqlValue[] = [];
  for (const [condition, value] of filters) {
    if (value === undefined) continue;
    conditions.push(condition);
    values.push(value);
  }
  return { where: conditions.join(" AND "), values };
}

function shownAs(key: string): "session" | "global" | "unknown" | "cron-run" {
  if (key === "global" || key === "unknown") return key;
  return /^agent:[^:]*:cron:[^:]*:run:/u.test(key) ? "cron-run" : "session";
}

function searchText(entry: SessionEntry): string {
  const parts = [entry.key, entry.label, entry.displayName, entry.subject, entry.titleText];
  return parts
    .filter((part) => part !== undefined)
    .join("\n")
    .toLowerCase();
}
