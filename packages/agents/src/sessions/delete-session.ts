import { AgentsError } from "../errors.ts";
import type { RunContext } from "../runs/run-context.ts";
import { quietSession } from "./quiet-session.ts";
import { mainSessionKey, type SessionAddress } from "./roster.ts";

/**
 * Removes a session and what waits for it. Returns whether there was one.
 * @throws {AgentsError} main_session, busy
 */
export async function deleteSession(
  ctx: RunContext,
  { key, agentId }: SessionAddress,
  o: { readonly keepTranscript: boolean },
): Promise<boolean> {
  if (key === mainSessionKey(ctx.config(), agentId)) {
    throw new AgentsError("main_session", `Cannot delete the main session (${key}).`);
  }
  await quietSession(ctx, key);
  const kept = o.keepTranscript ? { keptAt: ctx.now() } : {};
  const entry = await ctx.book.update(key, (current) => ({
    writes: current === undefined ? [] : [{ type: "session.delete", key, ...kept }],
    result: current,
  }));
  ctx.systemEvents.forget(key);
  if (entry !== undefined) ctx.news.deleted(entry);
  return entry !== undefined;
}
