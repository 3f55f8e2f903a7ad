import type { Run } from "./run.ts";
import type { AbortReason } from "./types.ts";

/** What an abort did. */
export interface AbortResult {
  readonly aborted: boolean;
  readonly runIds: readonly string[];
}

/**
 * Cuts runs short and waits for their ends. Those that wait go first, so that none of them gets the turn of the one
 * that runs.
 */
export async function abortRuns(runs: readonly Run[], reason: AbortReason): Promise<AbortResult> {
  const waiting = runs.filter((run) => run.startedAt === undefined);
  const running = runs.filter((run) => run.startedAt !== undefined);
  for (const run of [...waiting, ...running]) run.abort(reason);
  await Promise.all(runs.map((run) => run.settled));
  return { aborted: runs.length > 0, runIds: runs.map((run) => run.runId) };
}

/** Lets a client's signal cut a run short; returns how to stop listening. */
export function abortOn(signal: AbortSignal | undefined, run: Run): () => void {
  if (signal === undefined) return () => undefined;
  const onAbort = (): void => run.abort("disconnect");
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}
