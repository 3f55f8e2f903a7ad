// The domain object.
export { createAgents, DEFAULT_LIMITS } from "./create-agents.ts";
export type {
  AgentInfo,
  Agents,
  AgentsLimits,
  AgentsList,
  AgentsOptions,
  DefaultModel,
  SystemEvents,
} from "./agents.ts";
export { AGENTS_ERROR_CODES, AgentsError, type AgentsErrorCode } from "./errors.ts";
export type { AgentsConfig } from "./config.ts";
export type { Logger } from "./logger.ts";

// Runs.
export type {
  AbortReason,
  Attachment,
  ChatEvent,
  FailedAttempt,
  FallbackNotice,
  LifecycleEvent,
  RunEvent,
  RunEventBase,
  RunEventBody,
  RunHandle,
  RunKind,
  RunMeta,
  RunOutcome,
  RunPayload,
  RunRequest,
  RunResult,
  RunStart,
  RunWait,
  ToolEvent,
  UsageTotals,
} from "./runs/types.ts";

// Sessions.
export type { SessionEntry } from "./sessions/entry.ts";
export type { HistoryView } from "./sessions/history.ts";
export type { HistoryMessage } from "./sessions/history-projection.ts";
export type {
  SessionKind,
  SessionList,
  SessionListQuery,
  SessionRow,
  SessionsSummary,
} from "./sessions/rows.ts";
export type {
  AssistantMessage,
  MessageLine,
  SessionLine,
  ToolResultMessage,
  TranscriptLine,
  TranscriptMessage,
  UserMessage,
} from "./sessions/transcript.ts";

// Texts and names other packages show.
export { ECHO_MODELS } from "./models/echo/models.ts";
export { HEARTBEAT_INSTRUCTION } from "./prompt/instructions.ts";

// Ports.
export type { AgentStore, AgentWrite, RunRecord, RunState, SessionQuery } from "./store.ts";
export type {
  ChatErrorKind,
  ContextMessage,
  ContextPart,
  FailureReason,
  ModelEvent,
  ModelInfo,
  ModelProvider,
  ModelRef,
  ModelRequest,
  ResolvedModel,
  StopReason,
  ThinkingLevel,
  ToolSpec,
  Usage,
} from "./models/types.ts";
export type { ToolContext, ToolRegistry, ToolResult } from "./tools/registry.ts";
