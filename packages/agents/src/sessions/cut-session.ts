import type { RunContext } from "../runs/run-context.ts";
import type { AgentStore, AgentWrite } from "../store.ts";
import type { SessionEntry } from "./entry.ts";
import type { SessionAddress } from "./roster.ts";
import type { CutSession } from "./sessions.ts";
import type { TranscriptLine } from "./transcript.ts";

/**
 * Cuts a session's transcript to its newest lines, without asking a model. The header stays, and no tool result stays
 * without its call. Large lines are fewer: what stays is read and written anew. The whole transcript is kept under
 * `<sessionId>.bak.<time>`.
 */
export async function cutSession(
  ctx: RunContext,
  { key }: SessionAddress,
  maxLines: number,
): Promise<CutSession> {
  const { cut, entry } = await ctx.book.update(key, async (current) => {
    if (current === undefined) return unchanged({ key, compacted: false, reason: "no sessionId" });
    const { sessionId } = current;
    const length = await ctx.store.transcriptLength(sessionId);
    if (length === 0) return unchanged({ key, compacted: false, reason: "no transcript" });
    const header = await headerOf(ctx.store, sessionId, length);
    const bodyLength = length - header.length;
    if (bodyLength <= maxLines) return unchanged({ key, compacted: false, kept: bodyLength });
    const newest = { limit: maxLines, maxBytes: ctx.limits.transcriptReadBytes };
    const body = startAnew(await ctx.store.transcript(sessionId, newest));
    const entry = withoutCounters(current, ctx.now());
    const at = ctx.now();
    const as = `${sessionId}.bak.${new Date(at).toISOString().replaceAll(":", "-")}`;
    const writes: AgentWrite[] = [
      { type: "transcript.archive", sessionId, as, at },
      { type: "transcript.append", sessionId, lines: [...header, ...body] },
      { type: "session.put", entry },
    ];
    const cut: CutSession = { key, compacted: true, kept: body.length };
    return { writes, result: { cut, entry } };
  });
  if (entry !== undefined) ctx.news.changed(entry, { reason: "compact" });
  return cut;
}

/** Of the newest lines of a transcript those that can stand without what came before. */
export function startAnew(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const [first, ...rest] = withoutOrphans(lines);
  // What it answered is gone: it is the root now.
  return first === undefined ? [] : [{ ...first, parentId: null } as TranscriptLine, ...rest];
}

/** A transcript's first line, when it says whose it is. */
async function headerOf(
  store: AgentStore,
  sessionId: string,
  length: number,
): Promise<readonly TranscriptLine[]> {
  const first = await store.transcript(sessionId, { limit: 1, offset: length - 1 });
  return first.filter((line) => line.type === "session");
}

/** Begins after the last tool result whose call is not among the lines. */
function withoutOrphans(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const calls = new Set(lines.flatMap(callsOf));
  const orphan = lines.findLastIndex(
    (line) =>
      line.type === "message" && line.message.role === "toolResult" && !calls.has(line.message.toolCallId),
  );
  return orphan < 0 ? lines : withoutOrphans(lines.slice(orphan + 1));
}

function callsOf(line: TranscriptLine): readonly string[] {
  if (line.type !== "message" || line.message.role !== "assistant") return [];
  return line.message.content.flatMap((part) => (part.type === "toolCall" ? [part.id] : []));
}

function withoutCounters(entry: SessionEntry, now: number): SessionEntry {
  const { inputTokens, outputTokens, cacheRead, cacheWrite, totalTokens, totalTokensFresh, ...rest } = entry;
  void [inputTokens, outputTokens, cacheRead, cacheWrite, totalTokens, totalTokensFresh];
  return { ...rest, updatedAt: now };
}

function unchanged(cut: CutSession): {
  readonly writes: readonly AgentWrite[];
  readonly result: { readonly cut: CutSession; readonly entry: SessionEntry | undefined };
} {
  return { writes: [], result: { cut, entry: undefined } };
}
