import type { Deviation } from "./deviation.ts";
import { inStatusRow, is, isEmpty, isSqliteFile, more, nothing } from "./differences.ts";

/** Lists and reports, dialect 3. */
export const LISTS_3: readonly Deviation[] = [
  {
    files: ["v3/ro-status", "v3/ro-sessions.list*", "v3/sessions-cycle"],
    because: "All state lives in one SQLite file, and path fields name it.",
    row: "README.md State",
    kind: "fact",
    differences: [
      "payload.path",
      "payload.archived",
      "payload.sessions.paths.0",
      "payload.sessions.byAgent.0.path",
    ].map((place) => ({
      at: place,
      ours: isSqliteFile,
    })),
  },
  {
    files: ["v3/ro-status", "v3/ro-sessions.list*", "v3/sessions-cycle"],
    because: "The newest session of the recording was last used by a heartbeat, which left no token counts.",
    row: "agents-sessions.md §7.3 Run",
    kind: "fact",
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
    files: ["v3/ro-status", "v3/sessions-cycle"],
    because: "A session is marked once its system prompt was sent, also by the method agent.",
    row: "agents-sessions.md §2.3 systemSent",
    kind: "behaviour",
    differences: [
      ...more(...inStatusRow("*", "systemSent"), "payload.sessions.*.systemSent", "payload.entry.systemSent"),
      ...inStatusRow("*", "flags").map((place) => ({
        at: place,
        ours: (flags: unknown) => Array.isArray(flags) && flags[0] === "system",
      })),
    ],
  },
  {
    files: ["v3/ro-sessions.list*", "v3/sessions-cycle"],
    because: "Sessions get their display names from channels.",
    row: "methods.md §5 sessions.list row (displayName?)",
    kind: "fact",
    until: "channels",
    differences: nothing("payload.sessions.*.displayName", "payload.sessions.*.origin.label"),
  },
  {
    files: ["v3/ro-sessions.list-titles"],
    because: "A title is made of what the user said, without the time it was said.",
    row: "agents-sessions.md §2.3 derived in rows, Ours",
    kind: "behaviour",
    differences: [{ at: "payload.sessions.*.derivedTitle", ours: is("hello there") }],
  },
  {
    files: ["v3/sessions-cycle"],
    because: "A preview shows what was said; notes to the model are left out.",
    row: "agents-sessions.md §2.9 projection",
    kind: "behaviour",
    differences: [{ at: "payload.previews.0.items.0.text", ours: is("hello there") }],
  },
  {
    files: ["v3/sessions-cycle"],
    because:
      "An entry has no skills and no file, and tells in addition whose it is and how its last run went.",
    row: "agents-sessions.md §2.3 caches; README.md State",
    kind: "behaviour",
    differences: [
      ...nothing("payload.entry.skillsSnapshot", "payload.entry.sessionFile"),
      ...["agentId", "createdAt", "sessionStartedAt", "lastInteractionAt"].flatMap((key) =>
        more(`payload.entry.${key}`),
      ),
      ...more("payload.entry.status", "payload.entry.startedAt", "payload.entry.endedAt"),
    ],
  },
  {
    files: ["v3/sessions-cycle"],
    because: "The resolved model is the one the next run uses; an override outlives a reset.",
    row: "agents-sessions.md §2.10 sessions.patch model",
    kind: "behaviour",
    differences: [
      { at: "payload.resolved.model", ours: is("none") },
      ...nothing("payload.entry.model"),
      ...more("payload.entry.providerOverride", "payload.entry.modelOverride"),
    ],
  },
  {
    files: ["v3/ro-usage.cost"],
    because: "Seven days are seven days.",
    row: "methods.md §12 usage.cost",
    kind: "behaviour",
    differences: [{ at: "payload.days", ours: is(7) }],
  },
  {
    files: ["v3/ro-usage.cost"],
    because: "The last of the days is today.",
    row: "methods.md §12 usage.cost",
    kind: "fact",
    differences: [{ at: "payload.daily.*.date", ours: (date) => /^\d{4}-\d{2}-\d{2}$/.test(String(date)) }],
  },
  {
    files: ["v3/ro-config.schema"],
    because: "The schema and its hints are those of our configuration.",
    row: "methods.md §3 config.schema",
    kind: "fact",
    differences: [
      { at: "payload.version", ours: (version) => /^\d+\.\d+\.\d+/.test(String(version)) },
      ...more("payload.schema.**", "payload.uiHints.**"),
      ...nothing("payload.uiHints.*"),
    ],
  },
  {
    files: ["v3/ro-skills.status", "v3/node-role"],
    because: "There are no skills yet.",
    row: "agents-sessions.md §4.3 Skills (SHOULD); methods.md §10 skills.status",
    kind: "fact",
    until: "skills",
    differences: [
      { at: "payload.skills", ours: isEmpty },
      { at: "payload.bins", ours: isEmpty },
      // Kept in the state folder, as the workspace is.
      { at: "payload.managedSkillsDir", ours: (path) => String(path).endsWith("/skills") },
    ],
  },
  {
    files: ["v3/ro-tools.catalog"],
    because: "There are no tools yet.",
    row: "agents-sessions.md §5.1 Core tools; methods.md §10 tools.catalog",
    kind: "fact",
    until: "tools",
    differences: [{ at: "payload.groups", ours: isEmpty }],
  },
  {
    files: ["v3/ro-cron.runs", "v3/ro-cron.status"],
    because: "There is no scheduler yet: it is off and has no jobs.",
    row: "methods.md §9 Cron (SHOULD)",
    kind: "fact",
    until: "cron",
    differences: [
      { at: "payload.enabled", ours: is(false) },
      { at: "payload.storePath", ours: isSqliteFile },
      { at: "payload.entries", ours: isEmpty },
      { at: "payload.total", ours: is(0) },
    ],
  },
  {
    files: ["v3/ro-last-heartbeat"],
    because: "No heartbeat has happened.",
    row: "methods.md §2 last-heartbeat",
    kind: "fact",
    until: "heartbeats",
    differences: [{ at: "payload", ours: is(null) }],
  },
  {
    files: ["v3/ro-models.list"],
    because: "Our catalogue has other models.",
    row: "methods.md §10 models.list",
    kind: "fact",
    differences: ["id", "name", "provider", "contextWindow", "reasoning"].map((key) => ({
      at: `payload.models.*.${key}`,
      ours: "something else" as const,
    })),
  },
];
