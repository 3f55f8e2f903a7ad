import type { TranscriptLine } from "../sessions/transcript.ts";
import type { RunContext } from "./run-context.ts";

/** How far a model call looks back: to a bounded number of lines that are not too many bytes together (T-DOS-06). */
export function readContext(
  { store, limits }: Pick<RunContext, "store" | "limits">,
  sessionId: string,
): Promise<readonly TranscriptLine[]> {
  return store.transcript(sessionId, { limit: limits.contextLines, maxBytes: limits.transcriptReadBytes });
}
