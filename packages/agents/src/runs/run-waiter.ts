import type { RunRecord } from "../store.ts";
import { outcomeOf } from "./run-record.ts";
import type { RunContext } from "./run-context.ts";
import type { RunRegistry } from "./run-registry.ts";
import type { Run } from "./run.ts";
import type { RunOutcome, RunWait } from "./types.ts";

const MAX_WAIT_MS = 2_147_000_000;

/** See `Agents.waitRun`. */
export async function waitForRun(
  ctx: RunContext,
  registry: RunRegistry,
  o: {
    readonly principal: string;
    readonly runId: string;
    readonly timeoutMs: number;
    readonly maySee: boolean;
  },
): Promise<RunWait> {
  const { principal, runId } = o;
  const live = o.maySee ? registry.find(principal, runId) : registry.get(principal, runId);
  if (live !== undefined) return waitForEnd(live, o.timeoutMs);
  const record =
    (await ctx.store.run(principal, runId)) ?? (o.maySee ? await onlyOther(ctx, runId) : undefined);
  const outcome = record === undefined ? undefined : outcomeOf(record);
  const isKnown = outcome !== undefined && ctx.now() - outcome.endedAt <= ctx.limits.finishedRunMs;
  return isKnown ? answerOf(outcome) : { runId, status: "timeout" };
}

async function waitForEnd(run: Run, timeoutMs: number): Promise<RunWait> {
  const { runId } = run;
  if (timeoutMs <= 0) return { runId, status: "timeout" };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.min(timeoutMs, MAX_WAIT_MS));
  });
  // A run that is taken back has no outcome; waiting for it is like waiting for an unknown one.
  const ended = Promise.race([run.final, run.settled.then(() => undefined)]);
  const outcome = await Promise.race([ended, timeout]);
  clearTimeout(timer);
  return outcome === undefined ? { runId, status: "timeout" } : answerOf(outcome);
}

async function onlyOther(ctx: RunContext, runId: string): Promise<RunRecord | undefined> {
  const records = await ctx.store.runsById(runId);
  return records.length === 1 ? records[0] : undefined;
}

function answerOf(outcome: RunOutcome): RunWait {
  const { runId, startedAt, endedAt } = outcome;
  const times = { ...(startedAt !== undefined && { startedAt }), endedAt };
  switch (outcome.status) {
    case "ok":
      return { runId, status: "ok", ...times };
    case "error":
      return { runId, status: "error", ...times, error: outcome.message };
    case "aborted":
    case "timeout":
      return { runId, status: "timeout", ...times };
    default:
      return outcome satisfies never;
  }
}
