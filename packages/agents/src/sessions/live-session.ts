import type { Run } from "../runs/run.ts";
import type { SessionEntry } from "./entry.ts";
import { rowOf, type RowDefaults, type SessionRow } from "./rows.ts";

/** A session with what is going on in it now. Docs: protocol.md#sessions */
export interface LiveSession extends SessionRow {
  readonly createdAt: number;
  /** Last message of a user. */
  readonly lastInteractionAt?: number;
  readonly hasActiveRun: boolean;
  /** Every run that has not ended; `[]` means idle. */
  readonly activeRunIds: readonly string[];
  /** `running` also while runs wait, else how the last one ended; absent before the first one. */
  readonly status?: "running" | "done" | "failed" | "aborted";
  /** Of the turn that runs, else of the last one. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly runtimeMs?: number;
  /** Epoch milliseconds this was true at. */
  readonly snapshotAt: number;
}

/** The session's row with its runs that have not ended. */
export function liveSession(
  entry: SessionEntry,
  o: { readonly defaults: RowDefaults; readonly runs: readonly Run[]; readonly now: number },
): LiveSession {
  const { createdAt, lastInteractionAt, lastMessagePreview } = entry;
  return {
    ...rowOf(entry, o.defaults),
    ...(lastMessagePreview !== undefined && { lastMessagePreview }),
    createdAt,
    ...(lastInteractionAt !== undefined && { lastInteractionAt }),
    hasActiveRun: o.runs.length > 0,
    activeRunIds: o.runs.map(({ runId }) => runId),
    ...progressOf(entry, o.runs),
    snapshotAt: o.now,
  };
}

type Progress = Pick<LiveSession, "status" | "startedAt" | "endedAt" | "runtimeMs">;

function progressOf(entry: SessionEntry, runs: readonly Run[]): Progress {
  const turn = runs.find((run) => run.startedAt !== undefined);
  if (turn?.startedAt !== undefined) return { status: "running", startedAt: turn.startedAt };
  const { startedAt, endedAt } = entry;
  const status = runs.length > 0 ? "running" : entry.status;
  return {
    ...(status !== undefined && { status }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(startedAt !== undefined && endedAt !== undefined && { runtimeMs: Math.max(0, endedAt - startedAt) }),
  };
}
