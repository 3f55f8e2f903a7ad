import type { HistoryMessage, HistoryView, LiveSession } from "@openclaw/agents";
import type { ChatHistory, ChatMessage, Dialect, SessionRow } from "@openclaw/protocol";

/** What rows of dialect 3 do not have. */
const NEW_FIELDS: ReadonlySet<string> = new Set([
  "agentId",
  "createdAt",
  "lastInteractionAt",
  "hasActiveRun",
  "activeRunIds",
  "status",
  "startedAt",
  "endedAt",
  "runtimeMs",
  "snapshotAt",
] satisfies (keyof LiveSession)[]);

/** A session's row in the shape of a dialect. */
export function sessionRow(session: LiveSession, dialect: Dialect): SessionRow {
  if (dialect === 4) return session;
  const fields = Object.entries(session).filter(([name]) => !NEW_FIELDS.has(name));
  // Only optional fields were left out.
  return Object.fromEntries(fields) as unknown as SessionRow;
}

/** A page of messages in the shape of a dialect: only dialect 4 has places, and is told what goes on meanwhile. */
export function chatHistory(view: HistoryView, dialect: Dialect): ChatHistory {
  const { messages, nextOffset, activeRunIds, inFlightRun, ...rest } = view;
  if (dialect === 3)
    return { ...rest, messages: messages.map((message) => withoutPlace(chatMessage(message))) };
  return {
    ...rest,
    messages: messages.map(chatMessage),
    hasMore: nextOffset !== null,
    nextOffset,
    sessionInfo: { hasActiveRun: activeRunIds.length > 0, activeRunIds },
    ...(inFlightRun !== undefined && { inFlightRun }),
  };
}

/** Some imported messages have no content. */
export function chatMessage(message: HistoryMessage): ChatMessage {
  return { content: "", ...message };
}

function withoutPlace(message: ChatMessage): ChatMessage {
  const { __openclaw: mark, ...rest } = message;
  if (typeof mark !== "object" || mark === null) return message;
  const { seq: _, ...note } = mark as Readonly<Record<string, unknown>>;
  // Every message has an id; what the gateway has to say about this one, if anything, is the rest.
  const { id, ...said } = note;
  if (Object.keys(said).length === 0) return rest;
  return { ...rest, __openclaw: "kind" in said ? { ...said, id } : said };
}
