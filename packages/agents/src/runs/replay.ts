import { AgentsError } from "../errors.ts";
import type { RunContext } from "./run-context.ts";
import { outcomeOf } from "./run-record.ts";
import type { RunStart } from "./types.ts";

/** The answer to a request that was answered not long ago. */
export type Replay = Extract<RunStart, { status: "done" }>;

/**
 * Looks for a run of the same principal and key that has ended within the replay window.
 * @throws {AgentsError} idempotency_conflict when its parameters were others
 */
export async function findReplay(
  ctx: RunContext,
  o: { readonly principal: string; readonly runId: string; readonly digest: string },
): Promise<Replay | undefined> {
  const record = await ctx.store.run(o.principal, o.runId);
  const outcome = record === undefined ? undefined : outcomeOf(record);
  if (record === undefined || outcome === undefined) return undefined;
  if (ctx.now() - outcome.endedAt > ctx.limits.replayMs) return undefined;
  if (record.digest !== o.digest) throw keyConflict();
  const { runId, sessionKey, agentId, acceptedAt } = record;
  return { status: "done", runId, sessionKey, agentId, acceptedAt, outcome };
}

/** The caller used one key for two requests. */
export function keyConflict(): AgentsError {
  return new AgentsError("idempotency_conflict", "idempotency key reused with different parameters");
}
