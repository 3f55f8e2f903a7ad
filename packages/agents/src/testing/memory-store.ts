import type { SessionEntry } from "../sessions/entry.ts";
import type { TranscriptLine } from "../sessions/transcript.ts";
import type {
  AgentStore,
  AgentWrite,
  RunRecord,
  SessionQuery,
  StoredArchive,
  StoredSession,
  StoredTotals,
  TranscriptQuery,
  UsageHour,
} from "../store.ts";

/** An `AgentStore` that lives in memory, and a window on what was asked of it. */
export interface MemoryStore extends AgentStore {
  /** Every commit so far, oldest first; kept only with `record: true`. */
  readonly commits: readonly (readonly AgentWrite[])[];
  /** Called before a commit is applied; a rejection refuses the commit. */
  beforeCommit: (writes: readonly AgentWrite[]) => Promise<void> | void;
}

/** Makes an empty store. Values are copied in and out, as a store on disk would. */
export function createMemoryStore(o: { readonly record?: boolean } = {}): MemoryStore {
  const tables: Tables = {
    ...{ sessions: new Map(), transcripts: new Map(), left: new Map(), runs: new Map(), usage: new Map() },
  };
  const commits: (readonly AgentWrite[])[] = [];
  // Commits apply in the order of the calls, however long one of them is held up.
  let last: Promise<void> = Promise.resolve();
  const store: MemoryStore = {
    commits,
    beforeCommit: () => undefined,
    commit(writes) {
      const copy = structuredClone(writes);
      const done = last.then(async () => {
        await store.beforeCommit(copy);
        for (const write of copy) apply(tables, write);
        if (o.record === true) commits.push(copy);
      });
      last = done.catch(() => undefined);
      return done;
    },
    session: (key) => read(tables.sessions.get(key)),
    sessionById: (id) => read([...tables.sessions.values()].find((entry) => entry.sessionId === id)),
    sessions: (query = {}) => Promise.resolve(select(tables, query)),
    transcript: (sessionId, query = {}) => read(tailOf(tables.transcripts.get(sessionId) ?? [], query)),
    transcriptLength: (sessionId) => Promise.resolve(tables.transcripts.get(sessionId)?.length ?? 0),
    storedSessions: ({ limit, offset }) => read(storedSessions(tables).slice(offset, offset + limit)),
    archives: ({ limit, offset }) => read(storedArchives(tables).slice(offset, offset + limit)),
    storedTotals: () => read(storedTotals(tables)),
    usage: ({ from, to }) =>
      read(
        [...tables.usage.values()]
          .filter(({ hour }) => hour >= from && hour < to)
          .sort((a, b) => a.hour - b.hour),
      ),
    run: (principal, runId) => read(tables.runs.get(runKey(principal, runId))),
    runsById: (runId) => read([...tables.runs.values()].filter((run) => run.runId === runId)),
    unfinishedRuns: () =>
      read(
        [...tables.runs.values()]
          .filter((run) => !isFinished(run))
          .sort((a, b) => a.acceptedAt - b.acceptedAt),
      ),
  };
  return store;
}

interface Tables {
  readonly sessions: Map<string, SessionEntry>;
  readonly transcripts: Map<string, TranscriptLine[]>;
  /** Since when and why a transcript is an archive, in the order they were opened. */
  readonly left: Map<string, Pick<StoredArchive, "leftAs" | "leftAt">>;
  readonly runs: Map<string, RunRecord>;
  readonly usage: Map<number, UsageHour>;
}

function read<T>(value: T): Promise<T> {
  return Promise.resolve(structuredClone(value));
}

function tailOf(
  lines: readonly TranscriptLine[],
  { limit = lines.length, offset = 0, maxBytes = Infinity }: TranscriptQuery,
): readonly TranscriptLine[] {
  const tail: TranscriptLine[] = [];
  let bytes = 0;
  for (const line of lines.toReversed().slice(offset, offset + limit)) {
    bytes += Buffer.byteLength(JSON.stringify(line));
    if (bytes > maxBytes && tail.length > 0) break;
    tail.push(line);
  }
  return tail.reverse();
}

function runKey(principal: string, runId: string): string {
  return JSON.stringify([principal, runId]);
}

function isFinished(run: RunRecord): boolean {
  return run.state !== "accepted" && run.state !== "running";
}

function apply(tables: Tables, write: AgentWrite): void {
  switch (write.type) {
    case "session.put": {
      const { key, sessionId, updatedAt } = write.entry;
      const former = tables.sessions.get(key)?.sessionId ?? sessionId;
      if (former !== sessionId) leave(tables, former, { leftAs: "reset", leftAt: updatedAt });
      tables.sessions.set(key, write.entry);
      return;
    }
    case "session.delete": {
      const entry = tables.sessions.get(write.key);
      tables.sessions.delete(write.key);
      if (entry === undefined) return;
      if (write.keptAt === undefined) remove(tables, entry.sessionId);
      else leave(tables, entry.sessionId, { leftAs: "deleted", leftAt: write.keptAt });
      return;
    }
    case "transcript.append": {
      const lines = tables.transcripts.get(write.sessionId) ?? [];
      lines.push(...write.lines);
      tables.transcripts.set(write.sessionId, lines);
      return;
    }
    case "transcript.archive": {
      const lines = tables.transcripts.get(write.sessionId);
      if (lines === undefined) return;
      tables.transcripts.delete(write.sessionId);
      tables.left.delete(write.sessionId);
      tables.transcripts.set(write.as, lines);
      leave(tables, write.as, { leftAs: "cut", leftAt: write.at });
      return;
    }
    case "archive.delete":
      remove(tables, write.sessionId);
      return;
    case "usage.add":
      addUsage(tables.usage, write);
      return;
    case "run.put":
      tables.runs.set(runKey(write.run.principal, write.run.runId), write.run);
      return;
    case "runs.prune":
      prune(tables.runs, write);
      return;
    default:
      write satisfies never;
  }
}

function leave(
  { transcripts, left }: Tables,
  sessionId: string,
  as: Pick<StoredArchive, "leftAs" | "leftAt">,
): void {
  if (transcripts.has(sessionId)) left.set(sessionId, as);
}

/** Unless a session still uses it. */
function remove(tables: Tables, sessionId: string): void {
  if (isUsed(tables, sessionId)) return;
  tables.transcripts.delete(sessionId);
  tables.left.delete(sessionId);
}

function isUsed({ sessions }: Tables, sessionId: string): boolean {
  return [...sessions.values()].some((entry) => entry.sessionId === sessionId);
}

function bytesOf(lines: readonly TranscriptLine[] = []): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)), 0);
}

function storedSessions({ sessions, transcripts }: Tables): StoredSession[] {
  return [...sessions.values()]
    .map(({ key, sessionId, agentId, updatedAt }) => ({
      ...{ key, sessionId, agentId, updatedAt, bytes: bytesOf(transcripts.get(sessionId)) },
    }))
    .sort((a, b) => a.updatedAt - b.updatedAt || (a.key > b.key ? -1 : 1));
}

function storedArchives(tables: Tables): StoredArchive[] {
  return [...tables.left]
    .filter(([sessionId]) => !isUsed(tables, sessionId))
    .map(([sessionId, left]) => ({ sessionId, ...left, bytes: bytesOf(tables.transcripts.get(sessionId)) }))
    .sort((a, b) => a.leftAt - b.leftAt);
}

function storedTotals({ sessions, transcripts, left }: Tables): StoredTotals {
  const counts = new Map<string, number>();
  for (const { agentId } of sessions.values()) counts.set(agentId, (counts.get(agentId) ?? 0) + 1);
  return {
    sessions: [...counts].map(([agentId, count]) => ({ agentId, count })),
    archives: left.size,
    bytes: [...transcripts.values()].reduce((sum, lines) => sum + bytesOf(lines), 0),
  };
}

function addUsage(hours: Map<number, UsageHour>, write: Extract<AgentWrite, { type: "usage.add" }>): void {
  const { input, output, cacheRead, cacheWrite, cost } = write.usage;
  const hour = Math.floor(write.at / HOUR_MS) * HOUR_MS;
  const added: UsageHour = {
    ...{ hour, input, output, cacheRead, cacheWrite, inputCost: cost.input, outputCost: cost.output },
    ...{ cacheReadCost: cost.cacheRead, cacheWriteCost: cost.cacheWrite },
    missingCostEntries: write.isPriced ? 0 : 1,
  };
  const known = hours.get(hour);
  const names = Object.keys(added).filter((name) => name !== "hour") as (keyof UsageHour)[];
  const sums = names.map((name) => [name, (known?.[name] ?? 0) + added[name]]);
  hours.set(hour, { ...added, ...Object.fromEntries(sums) });
}

const HOUR_MS = 3_600_000;

function prune(runs: Map<string, RunRecord>, limits: Extract<AgentWrite, { type: "runs.prune" }>): void {
  const finished = [...runs].filter(([, run]) => isFinished(run));
  finished.sort(([, a], [, b]) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const kept = new Map<string, number>();
  let total = 0;
  for (const [key, run] of finished) {
    const own = kept.get(run.principal) ?? 0;
    const isStale = (run.endedAt ?? 0) < limits.endedBefore;
    if (isStale || own >= limits.keepPerPrincipal || total >= limits.keep) {
      runs.delete(key);
      continue;
    }
    kept.set(run.principal, own + 1);
    total += 1;
  }
}

function select(tables: Tables, query: SessionQuery): { entries: SessionEntry[]; total: number } {
  const matches = [...tables.sessions.values()].filter((entry) => isMatch(entry, query));
  matches.sort((a, b) => b.updatedAt - a.updatedAt || (a.key < b.key ? -1 : 1));
  const offset = query.offset ?? 0;
  const end = query.limit === undefined ? undefined : offset + query.limit;
  return { entries: structuredClone(matches.slice(offset, end)), total: matches.length };
}

function isMatch(entry: SessionEntry, query: SessionQuery): boolean {
  if (query.agentId !== undefined && entry.agentId !== query.agentId) return false;
  if (query.updatedAfter !== undefined && entry.updatedAt <= query.updatedAfter) return false;
  if (query.label !== undefined && entry.label !== query.label) return false;
  if (query.spawnedBy !== undefined && entry.spawnedBy !== query.spawnedBy) return false;
  if (query.includeGlobal !== true && entry.key === "global") return false;
  if (query.includeUnknown !== true && entry.key === "unknown") return false;
  if (query.includeCronRuns !== true && /^agent:[^:]*:cron:[^:]*:run:/u.test(entry.key)) return false;
  if (query.search === undefined) return true;
  const needle = query.search.toLowerCase();
  return [entry.key, entry.label, entry.displayName, entry.subject, entry.titleText].some((text) =>
    text?.toLowerCase().includes(needle),
  );
}
