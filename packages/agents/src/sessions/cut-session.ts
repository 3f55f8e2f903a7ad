import type { RunContext } from "../runs/run-context.ts";
import type { AgentWrite } from "../store.ts";
import type { SessionEntry } from "./entry.ts";
import type { SessionAddress } from "./roster.ts";
import type { CutSession } from "./sessions.ts";
import type { TranscriptLine } from "./transcript.ts";

/**
 * Cuts a session's transcript to its newest lines, without asking a model. The header stays, and no tool result stays
 * without its call. The whole transcript is kept under `<sessionId>.bak.<time>`.
 */
export async function cutSession(
  ctx: RunContext,
  { key }: SessionAddress,
  maxLines: number,
): Promise<CutSession> {
  const { cut, entry } = await ctx.book.update(key, async (current) => {
    if (current === undefined) return unchanged({ key, compacted: false, reason: "no sessionId" });
    const lines = await ctx.store.transcript(current.sessionId);
    if (lines.length === 0) return unchanged({ key, compacted: false, reason: "no transcript" });
    const kept = cutLines(lines, maxLines);
    if (kept.length === lines.length) return unchanged({ key, compacted: false, kept: bodyOf(lines).length });
    const entry = withoutCounters(current, ctx.now());
    const as = `${current.sessionId}.bak.${new Date(ctx.now()).toISOString().replaceAll(":", "-")}`;
    const writes: AgentWrite[] = [
      { type: "transcript.archive", sessionId: current.sessionId, as },
      { type: "transcript.append", sessionId: current.sessionId, lines: kept },
      { type: "session.put", entry },
    ];
    const cut: CutSession = { key, compacted: true, kept: bodyOf(kept).length };
    return { writes, result: { cut, entry } };
  });
  if (entry !== undefined) ctx.news.changed(entry, { reason: "compact" });
  return cut;
}

/** The header and the newest `maxLines` lines, from the first on that can stand without what came before. */
export function cutLines(lines: readonly TranscriptLine[], maxLines: number): readonly TranscriptLine[] {
  const body = bodyOf(lines);
  if (body.length <= maxLines) return lines;
  const [first, ...rest] = withoutOrphans(body.slice(-maxLines));
  const header = lines.filter((line, index) => index === 0 && line.type === "session");
  // What it answered is gone: it is the root now.
  return first === undefined ? header : [...header, { ...first, parentId: null } as TranscriptLine, ...rest];
}

function bodyOf(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  return lines.filter((line, index) => index > 0 || line.type !== "session");
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
