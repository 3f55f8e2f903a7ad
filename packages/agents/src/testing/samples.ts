import type { Usage } from "../models/types.ts";
import type { SessionEntry } from "../sessions/entry.ts";
import type { MessageLine } from "../sessions/transcript.ts";
import type { RunRecord } from "../store.ts";

/** A session entry with the fields a test does not care about filled in. */
export function sampleEntry(key: string, fields: Partial<SessionEntry> = {}): SessionEntry {
  return { key, sessionId: `id-of-${key}`, agentId: "main", createdAt: 1, updatedAt: 1, ...fields };
}

/** A user line of a transcript. */
export function sampleLine(id: string, text: string, parentId: string | null = null): MessageLine {
  const message = { role: "user", content: [{ type: "text", text }], timestamp: 1 } as const;
  return { type: "message", id, parentId, timestamp: "2026-11-22T12:00:00.000Z", message };
}

/** A run record with the fields a test does not care about filled in. */
export function sampleRun(runId: string, fields: Partial<RunRecord> = {}): RunRecord {
  return {
    principal: "p1",
    runId,
    sessionKey: "agent:main:main",
    sessionId: "s1",
    agentId: "main",
    kind: "chat",
    digest: "d",
    state: "accepted",
    acceptedAt: 1,
    input: sampleLine("00000001", "hi"),
    inputWritten: false,
    ...fields,
  };
}

/** What so many input tokens used and cost. */
export function sampleUsage(tokens: number): Usage {
  const cost = { input: tokens / 4, output: 0.5, cacheRead: 0, cacheWrite: 0, total: tokens / 4 + 0.5 };
  return { input: tokens, output: 2, cacheRead: 3, cacheWrite: 0, totalTokens: tokens + 5, cost };
}
