import type { FailureReason, Usage } from "./models/types.ts";
import type { RunKind, RunResult } from "./runs/types.ts";
import type { SessionEntry } from "./sessions/entry.ts";
import type { MessageLine, TranscriptLine } from "./sessions/transcript.ts";

/** Life of a run. `accepted` covers waiting in a lane; the last four are final. */
export type RunState = "accepted" | "running" | "ok" | "error" | "aborted" | "timeout";

/** What survives a crash about one run; identified by (`principal`, `runId`). Times are epoch milliseconds. */
export interface RunRecord {
  readonly principal: string;
  readonly runId: string;
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly kind: RunKind;
  /** SHA-256 of the request's parameters: the same key with other parameters is a conflict. */
  readonly digest: string;
  readonly state: RunState;
  readonly acceptedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** The user's line. While the run waits behind another it exists only here. */
  readonly input: MessageLine;
  /** True once `input` is part of the transcript. */
  readonly inputWritten: boolean;
  readonly result?: RunResult;
  readonly error?: { readonly reason: FailureReason; readonly message: string };
}

/** One change. Several are committed together or not at all. */
export type AgentWrite =
  /** Sets an entry. What was said under a session id it no longer has is an archive since its `updatedAt`. */
  | { readonly type: "session.put"; readonly entry: SessionEntry }
  /**
   * Removes the entry and the transcript of its current session id; with `keptAt` (epoch ms) that one is an archive
   * from then on.
   */
  | { readonly type: "session.delete"; readonly key: string; readonly keptAt?: number }
  /** Appends in the given order after what the session already has. */
  | {
      readonly type: "transcript.append";
      readonly sessionId: string;
      readonly lines: readonly TranscriptLine[];
    }
  /** Keeps a transcript under another id, an archive since `at`; what is appended from then on begins a new one. */
  | {
      readonly type: "transcript.archive";
      readonly sessionId: string;
      readonly as: string;
      readonly at: number;
    }
  /** Removes the transcript of a session id that no entry has; any other stays. */
  | { readonly type: "archive.delete"; readonly sessionId: string }
  /** Adds what was used to the hour it was used in. */
  | { readonly type: "usage.add"; readonly at: number; readonly usage: Usage; readonly isPriced: boolean }
  | { readonly type: "run.put"; readonly run: RunRecord }
  /**
   * Removes finished runs: first those that ended before the time given, then all but each principal's newest
   * `keepPerPrincipal`, then all but the newest `keep`. Unfinished runs stay.
   */
  | {
      readonly type: "runs.prune";
      readonly endedBefore: number;
      readonly keep: number;
      readonly keepPerPrincipal: number;
    };

/** Tokens and US dollars of one hour. */
export interface UsageHour {
  /** Epoch milliseconds of its beginning. */
  readonly hour: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly inputCost: number;
  readonly outputCost: number;
  readonly cacheReadCost: number;
  readonly cacheWriteCost: number;
  /** Runs whose model has no known price. */
  readonly missingCostEntries: number;
}

/** Which sessions to list. Absent fields do not filter. */
export interface SessionQuery {
  readonly agentId?: string;
  readonly limit?: number;
  readonly offset?: number;
  /** Epoch milliseconds; only entries updated later. */
  readonly updatedAfter?: number;
  /** Case-insensitive part of key, label, display name, subject or title text. */
  readonly search?: string;
  readonly label?: string;
  readonly spawnedBy?: string;
  /** Also `global`, `unknown` and cron-run records (`…:run:<id>`), which lists hide unless asked. */
  readonly includeGlobal?: boolean;
  readonly includeUnknown?: boolean;
  readonly includeCronRuns?: boolean;
}

/** A session as what it takes up. */
export interface StoredSession {
  readonly key: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly updatedAt: number;
  /** Size of its transcript as stored (JSON in UTF-8). */
  readonly bytes: number;
}

/** A transcript that no session uses any more. */
export interface StoredArchive {
  readonly sessionId: string;
  /** Its session started over, was cut, or was removed. */
  readonly leftAs: "reset" | "cut" | "deleted";
  /** Epoch milliseconds since when. */
  readonly leftAt: number;
  readonly bytes: number;
}

/** What is stored in all. */
export interface StoredTotals {
  /** Sessions of every kind, by agent. */
  readonly sessions: readonly { readonly agentId: string; readonly count: number }[];
  readonly archives: number;
  /** Size of all transcripts as stored, archives included. */
  readonly bytes: number;
}

/** A part of a list. */
export interface StoredPage {
  readonly limit: number;
  readonly offset: number;
}

/** Which lines of a transcript to read: the newest, unless some are left out. */
export interface TranscriptQuery {
  /** At most so many lines. */
  readonly limit?: number;
  /** Leaves out that many of the newest lines. */
  readonly offset?: number;
  /** Only as many lines as are no larger together, counted as stored (JSON in UTF-8); the newest one in any case. */
  readonly maxBytes?: number;
}

/**
 * Port to durable state of sessions and runs. All times of entries and runs are the caller's.
 * Reads see every commit that resolved before they were called.
 */
export interface AgentStore {
  /** Applies all writes atomically; on disk when it resolves. Commits apply in the order of the calls. */
  commit(writes: readonly AgentWrite[]): Promise<void>;
  session(key: string): Promise<SessionEntry | undefined>;
  sessionById(sessionId: string): Promise<SessionEntry | undefined>;
  /** Newest `updatedAt` first; `total` counts all matches, whatever the limit. */
  sessions(
    query?: SessionQuery,
  ): Promise<{ readonly entries: readonly SessionEntry[]; readonly total: number }>;
  /** Oldest first. What is left out costs next to nothing, whatever its size. Unknown session: empty. */
  transcript(sessionId: string, query?: TranscriptQuery): Promise<readonly TranscriptLine[]>;
  /** How many lines a transcript has. */
  transcriptLength(sessionId: string): Promise<number>;
  /** Sessions of every kind, least recently updated first. */
  storedSessions(page: StoredPage): Promise<readonly StoredSession[]>;
  /** Archived transcripts, the one left first foremost. */
  archives(page: StoredPage): Promise<readonly StoredArchive[]>;
  /** Counts and sizes; takes as many turns of the event loop as there is to count. */
  storedTotals(): Promise<StoredTotals>;
  /** What was used in the hours that begin in `from` <= hour < `to` (epoch ms), oldest first; idle hours are left out. */
  usage(range: { readonly from: number; readonly to: number }): Promise<readonly UsageHour[]>;
  run(principal: string, runId: string): Promise<RunRecord | undefined>;
  /** Every principal's run of that id. */
  runsById(runId: string): Promise<readonly RunRecord[]>;
  /** Runs in state `accepted` or `running`, oldest acceptance first. */
  unfinishedRuns(): Promise<readonly RunRecord[]>;
}
