import type { SessionEntry } from "./entry.ts";
import type { ShownEntry } from "./sessions.ts";

/** Fields for our own use; results name the session beside the entry. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  "key",
  "titleText",
  "lastMessagePreview",
  "notedModel",
  "notedThinking",
  "skillsSnapshot",
  "systemPromptReport",
]);

/** An entry as results show it. */
export function shownEntry(entry: SessionEntry): ShownEntry {
  const shown = Object.entries(entry).filter(([field]) => !BOOKKEEPING.has(field));
  return { ...Object.fromEntries(shown), sessionId: entry.sessionId, updatedAt: entry.updatedAt };
}
