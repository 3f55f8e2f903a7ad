import type { CommandContext } from "../context.ts";

const LEAST_SEC = 30;
/** What systemd waits beyond the gateway's own budget, so that it is never cut off in the middle of a goodbye. */
const MARGIN_SEC = 5;

/** How long the supervisor waits for a stop, in seconds. */
export function stopTimeoutSec({ loaded }: CommandContext): number {
  const budgetMs = loaded.config.gateway?.shutdown?.budgetMs ?? 0;
  return Math.max(LEAST_SEC, Math.ceil(budgetMs / 1_000) + MARGIN_SEC);
}
