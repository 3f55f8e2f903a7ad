import type { ContextMessage } from "../models/types.ts";
import { contextChars, estimateTokens } from "../models/usage.ts";
import { branchOf, contextOf } from "../sessions/model-context.ts";
import type { TranscriptLine } from "../sessions/transcript.ts";
import type { AgentWrite } from "../store.ts";
import { readContext } from "./read-context.ts";
import type { RunContext } from "./run-context.ts";
import type { Run } from "./run.ts";

const SUMMARY = "Earlier messages of this conversation were left out because it grew too long for the model.";

/**
 * Makes room in a session that is too long for its model: the older half of its turns is left out of the context
 * from now on, never out of the transcript. Returns the shorter context; undefined when there is nothing to leave out.
 */
export async function compactSession(
  ctx: RunContext,
  run: Run,
): Promise<readonly ContextMessage[] | undefined> {
  const { sessionId } = run;
  return ctx.book.update(run.sessionKey, async (entry) => {
    const lines = await readContext(ctx, sessionId);
    const firstKeptEntryId = firstKept(lines);
    if (firstKeptEntryId === undefined) return { writes: [], result: undefined };
    const writer = await ctx.book.writer(sessionId, ctx.now());
    const tokensBefore = estimateTokens(contextChars(contextOf(lines)));
    writer.compaction({ summary: SUMMARY, firstKeptEntryId, tokensBefore });
    const writes: AgentWrite[] = [{ type: "transcript.append", sessionId, lines: writer.lines }];
    if (entry?.sessionId === sessionId) {
      const compactionCount = (entry.compactionCount ?? 0) + 1;
      writes.push({ type: "session.put", entry: { ...entry, compactionCount, totalTokensFresh: false } });
    }
    return { writes, result: contextOf([...lines, ...writer.lines]) };
  });
}

/** The user's line that the newer half of the turns begins with; turns are never cut in two. */
function firstKept(lines: readonly TranscriptLine[]): string | undefined {
  const asked = branchOf(lines).filter((line) => line.type === "message" && line.message.role === "user");
  return asked.length < 2 ? undefined : asked[Math.ceil(asked.length / 2)]?.id;
}
