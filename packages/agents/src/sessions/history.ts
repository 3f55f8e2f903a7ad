import type { AgentStore } from "../store.ts";
import type { SessionEntry } from "./entry.ts";
import { fitHistory, projectPlaced, type HistoryMessage } from "./history-projection.ts";

/** A session's messages as clients read them. Docs: protocol.md#chat */
export interface HistoryView extends HistoryPage {
  /** As asked for. */
  readonly sessionKey: string;
  readonly sessionId?: string;
  readonly thinkingLevel: string;
  readonly verboseLevel?: string;
  /** Ids of the session's runs that have not ended. */
  readonly activeRunIds: readonly string[];
  /** The run whose turn it is, and what its current message says so far. */
  readonly inFlightRun?: { readonly runId: string; readonly text: string };
}

/** Messages in file order, each with `__openclaw {id, seq}`: its line's id and place in the transcript. */
export interface HistoryPage {
  readonly messages: readonly HistoryMessage[];
  /** The `offset` of the next page back; null when there is nothing older. */
  readonly nextOffset: number | null;
}

/** Which messages: at most `limit` of them, after leaving out the newest `offset` places of the transcript. */
export interface HistoryQuery {
  readonly limit: number;
  readonly offset?: number;
}

/**
 * The newest messages of a session, reading only as much of its transcript as that takes and never more than
 * `maxBytes` of it at once (T-DOS-06): beyond them the page ends early.
 */
export async function readHistory(
  store: AgentStore,
  sessionId: string,
  { limit, offset = 0, maxBytes }: HistoryQuery & { readonly maxBytes: number },
): Promise<HistoryPage> {
  // Lines that are no messages are few; a transcript full of them costs another, longer read.
  for (let lines = limit + 50; ; lines *= 4) {
    // Asked for together, so that no line comes in between and shifts the places.
    const [read, length] = await Promise.all([
      store.transcript(sessionId, { limit: lines, offset, maxBytes }),
      store.transcriptLength(sessionId),
    ]);
    const first = Math.max(0, length - offset) - read.length + 1;
    const placed = projectPlaced(read, first);
    if (placed.length <= limit && read.length === lines) continue;
    const messages = fitHistory(
      placed.map(({ message }) => message),
      limit,
    );
    const left = placed.length - messages.length;
    const oldest = left === 0 ? first : (placed[left]?.place ?? first);
    return { messages, nextOffset: oldest > 1 ? length - oldest + 1 : null };
  }
}

/** The levels a view shows: the session's own, else the default. */
export function levelsOf(
  entry: SessionEntry | undefined,
  thinkingDefault: string | undefined,
): Pick<HistoryView, "thinkingLevel" | "verboseLevel"> {
  const thinkingLevel = entry?.thinkingLevel ?? entry?.notedThinking ?? thinkingDefault ?? "off";
  return { thinkingLevel, ...(entry?.verboseLevel !== undefined && { verboseLevel: entry.verboseLevel }) };
}
