import type { AgentWrite, RunRecord, RunState } from "@openclaw/agents";
import { decode } from "../json.ts";
import type { Database, Statement } from "../sqlite/database.ts";

/** The journal of runs: who asked for what, and what became of it. */
export class RunTable {
  readonly #put: Statement;
  readonly #one: Statement;
  readonly #byId: Statement;
  readonly #unfinished: Statement;
  readonly #pruneStale: Statement;
  readonly #crowded: Statement;
  readonly #pruneOfOne: Statement;
  readonly #pruneOfAll: Statement;

  constructor(database: Database) {
    this.#put = database.statement(`
      INSERT INTO runs (principal, run_id, accepted_at, finished_at, record) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (run_id, principal) DO UPDATE SET accepted_at = excluded.accepted_at,
        finished_at = excluded.finished_at, record = excluded.record`);
    this.#one = database.statement("SELECT record FROM runs WHERE run_id = ? AND principal = ?");
    this.#byId = database.statement("SELECT record FROM runs WHERE run_id = ? ORDER BY principal");
    this.#unfinished = database.statement(
      "SELECT record FROM runs WHERE finished_at IS NULL ORDER BY accepted_at, id",
    );
    this.#pruneStale = database.statement("DELETE FROM runs WHERE finished_at < ?");
    this.#crowded = database.statement(
      "SELECT principal FROM runs WHERE finished_at IS NOT NULL GROUP BY principal HAVING count(*) > ?",
    );
    this.#pruneOfOne = database.statement(`
      DELETE FROM runs WHERE id IN (
        SELECT id FROM runs WHERE principal = ? AND finished_at IS NOT NULL
        ORDER BY finished_at DESC, id LIMIT -1 OFFSET ?)`);
    this.#pruneOfAll = database.statement(`
      DELETE FROM runs WHERE id IN (
        SELECT id FROM runs WHERE finished_at IS NOT NULL ORDER BY finished_at DESC, id LIMIT -1 OFFSET ?)`);
  }

  /** Prepares to insert or replace a run as it is now. */
  put(run: RunRecord): () => void {
    const record = JSON.stringify(run);
    const finishedAt = isFinished(run.state) ? (run.endedAt ?? run.acceptedAt) : null;
    return () => this.#put.run(run.principal, run.runId, run.acceptedAt, finishedAt, record);
  }

  one(principal: string, runId: string): RunRecord | undefined {
    const record = this.#one.text(runId, principal);
    return record === undefined ? undefined : decode(record);
  }

  byId(runId: string): RunRecord[] {
    return this.#byId.texts(runId).map((record) => decode(record));
  }

  /** Oldest acceptance first. */
  unfinished(): RunRecord[] {
    return this.#unfinished.texts().map((record) => decode(record));
  }

  /** Removes finished runs: the stale ones, then what is over the limit of one principal, then over that of all. */
  prune(limits: Extract<AgentWrite, { type: "runs.prune" }>): void {
    this.#pruneStale.run(limits.endedBefore);
    for (const principal of this.#crowded.texts(limits.keepPerPrincipal)) {
      this.#pruneOfOne.run(principal, limits.keepPerPrincipal);
    }
    this.#pruneOfAll.run(limits.keep);
  }
}

function isFinished(state: RunState): boolean {
  return state !== "accepted" && state !== "running";
}
