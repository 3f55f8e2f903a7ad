import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";
import type { GroupCommit } from "../sqlite/group-commit.ts";

/** Something that was done, as it is kept. The rest is anything JSON can hold. */
export interface AuditRecord {
  /** Epoch ms. */
  readonly ts: number;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Which records are wanted. */
export interface AuditQuery {
  readonly limit: number;
  /** Only those with a smaller id. */
  readonly before?: number;
  readonly kind?: string;
  /** Epoch ms; only those from then on. */
  readonly since?: number;
}

/** An append-only list. Docs: protocol.md#audit */
export interface AuditStore {
  /** Durable when it resolves. Now and then the oldest records make room. */
  append(record: AuditRecord): Promise<void>;
  /** Newest first, each with its `id`: a number that grows. */
  list(query: AuditQuery): Promise<readonly (AuditRecord & { readonly id: number })[]>;
}

const MOST_RECORDS = 100_000;
const LIFETIME_MS = 90 * 86_400_000;
/** Records after which the oldest are looked for, and most that are removed then: a commit is to be short. */
const APPENDS_PER_PRUNING = 500;
const END = Number.MAX_SAFE_INTEGER;

/** {@link AuditStore} in SQLite. */
export class SqliteAuditStore implements AuditStore {
  readonly #commits: GroupCommit;
  readonly #append: Statement;
  readonly #prune: Statement;
  readonly #all: Statement;
  readonly #ofKind: Statement;
  #appends = 0;

  constructor(database: Database, commits: GroupCommit) {
    this.#commits = commits;
    this.#append = database.statement("INSERT INTO audit_log (ts, kind, entry) VALUES (?, ?, ?)");
    this.#prune = database.statement(`
      DELETE FROM audit_log WHERE id IN (
        SELECT id FROM audit_log
        WHERE id <= (SELECT max(id) FROM audit_log) - ${MOST_RECORDS} OR ts < ?
        ORDER BY id LIMIT ${2 * APPENDS_PER_PRUNING})`);
    const select = (condition: string) => `
      SELECT json_insert(entry, '$.id', id) FROM audit_log
      WHERE id < ? AND id >= coalesce((SELECT id FROM audit_log WHERE ts >= ? ORDER BY ts, id LIMIT 1), ${END})
      ${condition} ORDER BY id DESC LIMIT ?`;
    this.#all = database.statement(select(""));
    this.#ofKind = database.statement(select("AND kind = ?"));
  }

  async append(record: AuditRecord): Promise<void> {
    const { ts, kind } = record;
    const entry = JSON.stringify(record);
    const isPruning = this.#appends++ % APPENDS_PER_PRUNING === 0;
    await this.#commits.submit(() => {
      this.#append.run(ts, kind, entry);
      if (isPruning) this.#prune.run(ts - LIFETIME_MS);
    });
  }

  async list({ limit, before = END, kind, since = 0 }: AuditQuery) {
    const texts =
      kind === undefined
        ? this.#all.texts(before, since, limit)
        : this.#ofKind.texts(before, since, kind, limit);
    return texts.map((text) => decode<AuditRecord & { readonly id: number }>(text));
  }
}
