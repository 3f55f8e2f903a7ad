import type { SessionEntry } from "./entry.ts";

/** Fields that belong to the place a session is talked to, and outlive every reset. */
const PLACE = [
  "label",
  "category",
  "displayName",
  "chatType",
  "channel",
  "groupId",
  "subject",
  "groupChannel",
  "space",
  "origin",
  "deliveryContext",
  "lastChannel",
  "lastTo",
  "lastAccountId",
  "lastThreadId",
  "sendPolicy",
  "groupActivation",
  "spawnedBy",
  "spawnDepth",
] as const;

/** Fields that count what happened in one session id, and end with it. */
const COUNTERS: ReadonlySet<string> = new Set([
  "inputTokens",
  "outputTokens",
  "cacheRead",
  "cacheWrite",
  "totalTokens",
  "totalTokensFresh",
  "compactionCount",
  "abortedLastRun",
  "status",
  "startedAt",
  "endedAt",
  "titleText",
  "lastMessagePreview",
  "notedModel",
  "notedThinking",
  "modelProvider",
  "model",
  "fallbackNoticeSelectedModel",
  "fallbackNoticeActiveModel",
  "fallbackNoticeReason",
]);

/** An entry for a session nobody has talked to. */
export function newEntry(o: {
  readonly key: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly now: number;
}): SessionEntry {
  const { key, agentId, sessionId, now } = o;
  return {
    key,
    agentId,
    sessionId,
    createdAt: now,
    updatedAt: now,
    sessionStartedAt: now,
    systemSent: false,
  };
}

/** The entry after its time ran out: a new session id at the same place, all settings back to default. */
export function expiredEntry(old: SessionEntry, sessionId: string, now: number): SessionEntry {
  const kept = Object.fromEntries(PLACE.flatMap((field) => (field in old ? [[field, old[field]]] : [])));
  return {
    ...newEntry({ key: old.key, agentId: old.agentId, sessionId, now }),
    ...kept,
    createdAt: old.createdAt,
  };
}

/** The entry after somebody asked to start over: a new session id, everything but the counters stays. */
export function resetEntry(old: SessionEntry, sessionId: string, now: number): SessionEntry {
  const kept = Object.fromEntries(Object.entries(old).filter(([field]) => !COUNTERS.has(field)));
  return {
    ...kept,
    ...newEntry({ key: old.key, agentId: old.agentId, sessionId, now }),
    createdAt: old.createdAt,
  };
}
