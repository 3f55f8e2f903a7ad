import type { AgentStore } from "../store.ts";
import type { SessionEntry } from "./entry.ts";
import { fitHistory, projectHistory, type HistoryMessage } from "./history-projection.ts";

/** A session's messages as clients read them. Docs: protocol.md#chat */
export interface HistoryView {
  /** As asked for. */
  readonly sessionKey: string;
  readonly sessionId?: string;
  readonly messages: readonly HistoryMessage[];
  readonly thinkingLevel: string;
  readonly verboseLevel?: string;
  /** Ids of the session's runs that have not ended. */
  readonly activeRunIds: readonly string[];
}

/** The newest `limit` messages of a session, reading only as much of its transcript as that takes. */
export async function readHistory(
  store: AgentStore,
  sessionId: string,
  limit: number,
): Promise<readonly HistoryMessage[]> {
  // Lines that are no messages are few; a transcript full of them costs another, longer read.
  for (let lines = limit + 50; ; lines *= 4) {
    const read = await store.transcript(sessionId, { limit: lines });
    const messages = projectHistory(read);
    if (messages.length >= limit || read.length < lines) return fitHistory(messages, limit);
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
