// The domain object.
export { createAgents, DEFAULT_LIMITS } from "./create-agents.ts";
export type { AgentIdentity, AgentInfo, Agents, AgentsLimits, AgentsList, AgentsOptions } from "./agents.ts";
export type { AgentsConfig } from "./config.ts";
export { AGENTS_ERROR_CODES, AgentsError, type AgentsErrorCode } from "./errors.ts";

// Runs: what is asked, what is told, how it ends.
export type {
  AbortReason,
  ChatEvent,
  LifecycleEvent,
  RunEvent,
  RunEventBase,
  RunEventBody,
  RunHandle,
  RunKind,
  RunOutcome,
  RunRequest,
  RunStart,
  RunWait,
} from "./runs/types.ts";
export type { LaneState } from "./runs/lanes.ts";

// Sessions as clients see them.
export { ATTACHMENT_BYTES } from "./sessions/attachments.ts";
export type { HistoryQuery, HistoryView } from "./sessions/history.ts";
export type { HistoryMessage } from "./sessions/history-projection.ts";
export type { LiveSession } from "./sessions/live-session.ts";
export type { SessionList, SessionRow, SessionsSummary } from "./sessions/rows.ts";

// What is kept of sessions nobody uses.
export type { Cleanup, CleanupOptions, StoredCounts } from "./maintenance/maintenance.ts";
export type { ArchiveRemoval, Removal, SessionRemoval } from "./maintenance/plan.ts";

// Single sessions: looking, changing, watching.
export type { SessionSelector } from "./sessions/find-session.ts";
export type { PatchedSession, SessionPatch } from "./sessions/patch-session.ts";
export type { PreviewItem, SessionPreview } from "./sessions/preview-session.ts";
export type { SessionChange, SessionEvent } from "./sessions/session-news.ts";
export type { ChangedSession, CutSession, SessionName, Sessions, ShownEntry } from "./sessions/sessions.ts";

// What there is to choose from.
export type { CommandInfo } from "./commands/commands.ts";
export type { ProviderKey } from "./models/catalog.ts";

// What models used.
export type { UsageQuery, UsageReport, UsageSums } from "./usage/usage-report.ts";
export { HEARTBEAT_INSTRUCTION } from "./prompt/instructions.ts";

// Ports: the store, models, tools.
export type {
  AgentStore,
  AgentWrite,
  RunRecord,
  RunState,
  SessionQuery,
  StoredArchive,
  StoredPage,
  StoredSession,
  StoredTotals,
  TranscriptQuery,
  UsageHour,
} from "./store.ts";
export type { SessionEntry } from "./sessions/entry.ts";
export type { TranscriptLine } from "./sessions/transcript.ts";
export type {
  FailureReason,
  ModelEvent,
  ModelInfo,
  ModelProvider,
  ModelRequest,
  Usage,
} from "./models/types.ts";
export type { ToolRegistry } from "./tools/registry.ts";
