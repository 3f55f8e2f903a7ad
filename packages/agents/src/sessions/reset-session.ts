import type { RunContext } from "../runs/run-context.ts";
import type { SessionEntry } from "./entry.ts";
import { newEntry, resetEntry } from "./fresh-entry.ts";
import { quietSession } from "./quiet-session.ts";
import type { SessionAddress } from "./roster.ts";
import { newSessionId } from "./session-id.ts";

const ZERO = {
  ...{ abortedLastRun: false, inputTokens: 0, outputTokens: 0, totalTokens: 0, totalTokensFresh: true },
} as const;

/**
 * Starts a session over: a new session id, no messages, zero counters; name, levels, model and place stay. The old
 * transcript stays in the store under its id.
 * @throws {AgentsError} busy
 */
export async function resetSession(ctx: RunContext, { key, agentId }: SessionAddress): Promise<SessionEntry> {
  await quietSession(ctx, key);
  const entry = await ctx.book.update(key, (current) => {
    const now = ctx.now();
    const sessionId = newSessionId(ctx.random);
    const fresh =
      current === undefined
        ? newEntry({ key, agentId, sessionId, now })
        : resetEntry(current, sessionId, now);
    const entry: SessionEntry = { ...fresh, ...ZERO };
    return { writes: [{ type: "session.put", entry }], result: entry };
  });
  ctx.news.changed(entry, { reason: "reset" });
  return entry;
}
