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
  /** Whether there are older ones. */
  readonly hasMore: boolean;
}

/** Which messages: `limit` of them, after leaving out the newest `offset`. */
export interface HistoryQuery {
  readonly limit: number;
  readonly offset?: number;
}

/** The newest messages of a session, reading only as much of its transcript as that takes. */
export async function readHistory(
  store: AgentStore,
  sessionId: string,
  { limit, offset = 0 }: HistoryQuery,
): Promise<HistoryPage> {
  const wanted = limit + offset;
  // Lines that are no messages are few; a transcript full of them costs another, longer read.
  for (let lines = wanted + 50; ; lines *= 4) {
    // Asked for together, so that no line comes in between and shifts the places.
    const [read, length] = await Promise.all([
      store.transcript(sessionId, { limit: lines }),
      store.transcriptLength(sessionId),
    ]);
    const all = projectPlaced(read, length - read.length + 1);
    if (all.length <= wanted && read.length === lines) continue;
    const messages = fitHistory(offset === 0 ? all : all.slice(0, -offset), limit);
    return { messages, hasMore: all.length > messages.length + offset };
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
