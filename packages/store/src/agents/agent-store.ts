import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  AgentStore,
  AgentWrite,
  RunRecord,
  SessionEntry,
  SessionQuery,
  StoredArchive,
  StoredPage,
  StoredSession,
  StoredTotals,
  TranscriptLine,
  TranscriptQuery,
  UsageHour,
} from "@openclaw/agents";
import type { Logger } from "../logger.ts";
import type { Database } from "../sqlite/database.ts";
import type { GroupCommit } from "../sqlite/group-commit.ts";
import { RunTable } from "./run-table.ts";
import { SessionTable } from "./session-table.ts";
import { TranscriptTable } from "./transcript-table.ts";
import { UsageTable } from "./usage-table.ts";

/** {@link AgentStore} in SQLite. A commit keeps what its writes held when it was called. */
export class SqliteAgentStore implements AgentStore {
  readonly #commits: GroupCommit;
  readonly #sessions: SessionTable;
  readonly #transcripts: TranscriptTable;
  readonly #runs: RunTable;
  readonly #usage: UsageTable;
  readonly #logger: Logger | undefined;
  #isPurging = false;

  constructor(database: Database, commits: GroupCommit, logger?: Logger) {
    this.#commits = commits;
    this.#logger = logger;
    this.#sessions = new SessionTable(database);
    this.#transcripts = new TranscriptTable(database);
    this.#runs = new RunTable(database);
    this.#usage = new UsageTable(database);
  }

  async commit(writes: readonly AgentWrite[]): Promise<void> {
    if (writes.length === 0) return;
    const steps = writes.map((write) => this.#prepare(write));
    await this.#commits.submit(() => {
      for (const step of steps) step();
    });
    if (writes.some(({ type }) => type === "session.delete" || type === "archive.delete"))
      this.purgeDeleted();
  }

  async session(key: string): Promise<SessionEntry | undefined> {
    return this.#sessions.byKey(key);
  }

  async sessionById(sessionId: string): Promise<SessionEntry | undefined> {
    return this.#sessions.bySessionId(sessionId);
  }

  async sessions(query: SessionQuery = {}): Promise<{ entries: readonly SessionEntry[]; total: number }> {
    return this.#sessions.list(query);
  }

  async transcript(sessionId: string, query: TranscriptQuery = {}): Promise<readonly TranscriptLine[]> {
    return this.#transcripts.tail(sessionId, query);
  }

  async transcriptLength(sessionId: string): Promise<number> {
    return this.#transcripts.length(sessionId);
  }

  async storedSessions(page: StoredPage): Promise<readonly StoredSession[]> {
    return this.#sessions.stored(page);
  }

  async archives(page: StoredPage): Promise<readonly StoredArchive[]> {
    return this.#transcripts.archives(page);
  }

  async storedTotals(): Promise<StoredTotals> {
    let bytes = 0;
    for (let after: number | undefined = 0; after !== undefined;) {
      const step = this.#transcripts.size(after);
      bytes += step.bytes;
      after = step.last;
      await nextTurn();
    }
    const archives = this.#transcripts.archiveCount();
    await nextTurn();
    return { sessions: this.#sessions.counts(), archives, bytes };
  }

  async usage({ from, to }: { readonly from: number; readonly to: number }): Promise<readonly UsageHour[]> {
    return this.#usage.range(from, to);
  }

  async run(principal: string, runId: string): Promise<RunRecord | undefined> {
    return this.#runs.one(principal, runId);
  }

  async runsById(runId: string): Promise<readonly RunRecord[]> {
    return this.#runs.byId(runId);
  }

  async unfinishedRuns(): Promise<readonly RunRecord[]> {
    return this.#runs.unfinished();
  }

  /**
   * Frees in the background what deleted sessions left, in small commits between those of others. Cut short by the end
   * of the process, it goes on when the store is next opened.
   */
  purgeDeleted(): void {
    if (this.#isPurging) return;
    this.#isPurging = true;
    void this.#purge()
      .catch((error: unknown) => this.#logger?.debug("freeing deleted transcripts stopped early", { error }))
      .finally(() => (this.#isPurging = false));
  }

  /** One step per transaction, so that the commits of others go in between. */
  async #purge(): Promise<void> {
    while (this.#transcripts.hasDeleted()) await this.#commits.submit(() => this.#transcripts.purge());
  }

  #prepare(write: AgentWrite): () => void {
    switch (write.type) {
      case "session.put":
        return this.#putSession(write.entry);
      case "session.delete":
        return () => this.#deleteSession(write.key, write.keptAt);
      case "transcript.append":
        return this.#transcripts.append(write.sessionId, write.lines);
      case "transcript.archive":
        return () => this.#transcripts.archive(write.sessionId, write.as, write.at);
      case "archive.delete":
        return () => void this.#transcripts.delete(write.sessionId);
      case "usage.add":
        return this.#usage.add(write);
      case "run.put":
        return this.#runs.put(write.run);
      case "runs.prune":
        return () => this.#runs.prune(write);
    }
  }

  #putSession(entry: SessionEntry): () => void {
    const { key, sessionId, updatedAt } = entry;
    const put = this.#sessions.put(entry);
    return () => {
      this.#transcripts.leaveFormer(key, sessionId, updatedAt);
      put();
    };
  }

  #deleteSession(key: string, keptAt: number | undefined): void {
    const sessionId = this.#sessions.delete(key);
    if (sessionId === undefined) return;
    if (keptAt === undefined) this.#transcripts.delete(sessionId);
    else this.#transcripts.leave(sessionId, keptAt);
  }
}
