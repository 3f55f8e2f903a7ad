import { AgentsError } from "../errors.ts";
import { isSendAllowed } from "../sessions/send-policy.ts";
import { openTurn, waitingInput, type OpenTurn } from "./open-turn.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import type { WaitingRun } from "./run-execution.ts";
import { pendingRecord } from "./run-record.ts";
import type { Run } from "./run.ts";

/**
 * Makes a run durable: with its user line in the transcript when the session is idle, else with the line kept in
 * the run's record, where a crash cannot reach it either.
 * @throws {AgentsError} blocked
 */
export async function saveRun(
  ctx: RunContext,
  run: Run,
  o: { readonly order: RunOrder; readonly isIdle: boolean },
): Promise<OpenTurn | WaitingRun> {
  const { sessionKey: key, rawSessionKey: rawKey } = run;
  const entry = await ctx.store.session(key);
  if (!isSendAllowed(ctx.config().session, { key, rawKey, entry })) {
    throw new AgentsError("blocked", "send blocked by session policy");
  }
  if (o.isIdle) return openTurn(ctx, run, o.order);
  run.sessionId = entry?.sessionId ?? "";
  run.entry = entry;
  const input = waitingInput(ctx, o.order);
  const waiting = pendingRecord(run, { state: "accepted", input, inputWritten: false });
  await ctx.store.commit([{ type: "run.put", run: waiting }]);
  return { waiting };
}

/** What a caller is told when a request could not be accepted; the cause is logged. */
export function notAccepted(ctx: RunContext, run: Run, error: unknown): AgentsError {
  if (error instanceof AgentsError) return error;
  ctx.logger?.error("a request could not be saved", { ...run.facts, error });
  return new AgentsError("store_failed", "the request could not be saved", { cause: error });
}
