import { AgentsError } from "../errors.ts";
import { abortRuns } from "../runs/abort-runs.ts";
import type { RunContext } from "../runs/run-context.ts";

/** How long a run may take to end once it is aborted. */
const QUIET_MS = 15_000;

/**
 * Aborts every run of a session and waits until they are over.
 * @throws {AgentsError} busy when one of them does not end
 */
export async function quietSession(ctx: RunContext, key: string, waitMs = QUIET_MS): Promise<void> {
  const runs = ctx.registry.ofSession(key);
  if (runs.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), waitMs);
  });
  const outcome = await Promise.race([abortRuns(runs, "reset"), late]);
  clearTimeout(timer);
  if (outcome !== "late") return;
  throw new AgentsError("busy", `Session ${key} is still active; try again in a moment.`);
}
