import type { RunContext } from "../runs/run-context.ts";
import type { Removal, SessionRemoval } from "./plan.ts";

/** Removals that share a wait for the disk. */
const TOGETHER = 32;

/** Makes the removals, in their order and a few at a time, and returns those that were made. */
export async function carryOut(
  ctx: RunContext,
  removals: readonly Removal[],
  signal: AbortSignal,
): Promise<readonly Removal[]> {
  const made: Removal[] = [];
  for (let at = 0; at < removals.length && !signal.aborted; at += TOGETHER) {
    const some = removals.slice(at, at + TOGETHER);
    const isMade = await Promise.all(some.map((removal) => remove(ctx, removal)));
    made.push(...some.filter((_, index) => isMade[index]));
  }
  return made;
}

async function remove(ctx: RunContext, removal: Removal): Promise<boolean> {
  if (removal.type === "session") return removeSession(ctx, removal);
  await ctx.store.commit([{ type: "archive.delete", sessionId: removal.sessionId }]);
  return true;
}

/** Removes a session, unless it was used since it was looked at. */
async function removeSession(ctx: RunContext, removal: SessionRemoval): Promise<boolean> {
  const { key, sessionId, updatedAt, keepsTranscript } = removal;
  const entry = await ctx.book.update(key, (current) => {
    const isUnused =
      current?.sessionId === sessionId &&
      current.updatedAt === updatedAt &&
      ctx.registry.ofSession(key).length === 0 &&
      ctx.systemEvents.peek(key).length === 0;
    if (!isUnused) return { writes: [], result: undefined };
    const kept = keepsTranscript ? { keptAt: ctx.now() } : {};
    return { writes: [{ type: "session.delete", key, ...kept }], result: current };
  });
  if (entry === undefined) return false;
  ctx.news.deleted(entry);
  return true;
}
