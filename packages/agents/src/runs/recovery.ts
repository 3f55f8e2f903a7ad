import { FAILURE_TEXTS } from "../models/failure-text.ts";
import type { AgentWrite, RunRecord } from "../store.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Settles runs that a crash cut off: each ends as an error, and a user line that was waiting its turn is appended to
 * the transcript. Nothing is run again. Returns how many there were.
 */
export async function recoverRuns(ctx: RunContext): Promise<number> {
  const records = await ctx.store.unfinishedRuns();
  await Promise.all(records.map((record) => recover(ctx, record)));
  if (records.length > 0)
    ctx.logger?.warn(`${records.length} unfinished runs of the last process were ended`);
  return records.length;
}

function recover(ctx: RunContext, record: RunRecord): Promise<void> {
  const { sessionId, agentId } = record;
  return ctx.book.update(record.sessionKey, async (entry) => {
    const now = ctx.now();
    const error = { reason: "unknown", message: FAILURE_TEXTS.restarted } as const;
    const ended: RunRecord = { ...record, state: "error", endedAt: now, inputWritten: true, error };
    const writes: AgentWrite[] = [{ type: "run.put", run: ended }];
    if (!record.inputWritten && sessionId !== "") {
      const writer = await ctx.book.writer(sessionId, now);
      writer.header(ctx.workspaceDir(agentId));
      writer.message(record.input.message);
      writes.push({ type: "transcript.append", sessionId, lines: writer.lines });
    }
    if (entry?.sessionId === sessionId) {
      const cut = { abortedLastRun: true, status: "failed", endedAt: now, updatedAt: now } as const;
      writes.push({ type: "session.put", entry: { ...entry, ...cut } });
    }
    return { writes, result: undefined };
  });
}
