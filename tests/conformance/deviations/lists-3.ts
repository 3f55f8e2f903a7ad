import type { Deviation } from "./deviation.ts";
import { inStatusRow, is, isSqliteFile, more, nothing } from "./differences.ts";

/** Lists and reports, dialect 3. */
export const LISTS_3: readonly Deviation[] = [
  {
    files: ["v3/ro-status", "v3/ro-sessions.list"],
    because: "All state lives in one SQLite file, and path fields name it.",
    differences: ["payload.path", "payload.sessions.paths.0", "payload.sessions.byAgent.0.path"].map(
      (place) => ({
        at: place,
        ours: isSqliteFile,
      }),
    ),
  },
  {
    files: ["v3/ro-status", "v3/ro-sessions.list"],
    because: "The newest session of the recording was last used by a heartbeat, which left no token counts.",
    until: "heartbeats",
    differences: [
      ...["totalTokens", "totalTokensFresh", "remainingTokens", "percentUsed"].flatMap((key) =>
        inStatusRow("0", key).map((place) => ({ at: place, ours: "something else" as const })),
      ),
      ...more(...inStatusRow("0", "inputTokens"), ...inStatusRow("0", "outputTokens")),
      ...more(
        "payload.sessions.0.inputTokens",
        "payload.sessions.0.outputTokens",
        "payload.sessions.0.totalTokens",
      ),
      ...more("payload.sessions.0.cacheRead", "payload.sessions.0.cacheWrite"),
      ...nothing("payload.sessions.0.origin.from", "payload.sessions.0.origin.to"),
      ...nothing("payload.sessions.0.deliveryContext.to", "payload.sessions.0.lastTo"),
      { at: "payload.sessions.0.origin.provider", ours: is("webchat") },
      { at: "payload.sessions.0.totalTokensFresh", ours: is(true) },
    ],
  },
  {
    files: ["v3/ro-status"],
    because: "A session is marked once its system prompt was sent, also by the method agent.",
    differences: [
      ...more(...inStatusRow("*", "systemSent")),
      ...inStatusRow("*", "flags").map((place) => ({
        at: place,
        ours: (flags: unknown) => Array.isArray(flags) && flags[0] === "system",
      })),
    ],
  },
  {
    files: ["v3/ro-sessions.list"],
    because: "Sessions get their display names from channels.",
    until: "channels",
    differences: nothing("payload.sessions.*.displayName", "payload.sessions.*.origin.label"),
  },
  {
    files: ["v3/ro-models.list"],
    because: "Our catalogue has other models.",
    differences: ["id", "name", "provider", "contextWindow", "reasoning"].map((key) => ({
      at: `payload.models.*.${key}`,
      ours: "something else" as const,
    })),
  },
];
