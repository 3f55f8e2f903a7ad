// The domain object.
export { createAgents, DEFAULT_LIMITS } from "./create-agents.ts";
export type { AgentInfo, Agents, AgentsLimits, AgentsList, AgentsOptions } from "./agents.ts";
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

// Sessions as clients see them.
export type { HistoryView } from "./sessions/history.ts";
export type { SessionList, SessionRow, SessionsSummary } from "./sessions/rows.ts";
export { HEARTBEAT_INSTRUCTION } from "./prompt/instructions.ts";

// Ports: the store, models, tools.
export type { AgentStore, AgentWrite, RunRecord, RunState, SessionQuery } from "./store.ts";
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
