// Versions and the differences between them
export { MIN_PROTOCOL_VERSION, negotiateDialect, PROTOCOL_VERSION, PROTOCOL_VERSIONS } from "./version.ts";
export type { Dialect } from "./version.ts";
export {
  agentAccepted,
  authFailure,
  chatPayload,
  deviceAuthFailure,
  healthOnConnect,
  healthPayload,
  helloFor,
  nodeEventTaken,
  nodeView,
  pairedDevice,
  pairingRequest,
  pairingRequired,
  protocolMismatch,
  roleFailure,
  scopeFailure,
  unknownAgent,
  shutdownPayload,
  unknownApproval,
} from "./dialect.ts";
export type { AuthRefusal, PairingDemand } from "./dialect.ts";

// Frames
export {
  encodeEvent,
  eventText,
  encodeResponse,
  EVENT_FRAME,
  parseRequestFrame,
  parseServerFrame,
  REQUEST_FRAMES,
  RESPONSE_FRAME,
} from "./frames.ts";
export type {
  EventFrame,
  RequestFrame,
  RequestParse,
  ResponseFrame,
  ResponseParts,
  StateVersion,
} from "./frames.ts";

// Handshake
export { CLIENT_IDS, CLIENT_MODES, CONNECT_PARAMS, parseConnectParams } from "./connect.ts";
export type { ClientId, ClientMode, ConnectChallenge, ConnectParams } from "./connect.ts";
export type { HelloAuth, HelloOk, HelloPolicy, HelloSnapshot, SessionDefaults } from "./hello.ts";
export { deviceAuthPayload, signedToken } from "./device-auth.ts";
export type { DeviceAuthInput } from "./device-auth.ts";

// Roles and scopes
export { isRole, OPERATOR_SCOPES, ROLES, scopeCovers } from "./scopes.ts";
export type { MethodScope, OperatorScope, Role } from "./scopes.ts";

// Errors, refusals, closes, limits
export {
  approvalNotFound,
  unknownCronJob,
  ERROR_CODES,
  invalidRequest,
  refusedWhileDraining,
  RpcError,
} from "./errors.ts";
export type { ErrorCode, ErrorShape, RpcErrorOptions } from "./errors.ts";
export { AUTH_FAILURES, DEVICE_AUTH_FAILURES, PAIRING_REASONS } from "./refusals.ts";
export type {
  AuthFailure,
  DeviceAuthFailure,
  DeviceAuthReason,
  KnownAuthReason,
  PairingReason,
} from "./refusals.ts";
export { CLOSE, closeReason } from "./close-codes.ts";
export type { CloseContract, PeerReaction } from "./close-codes.ts";
export { LIMITS } from "./limits.ts";
export { jsonExcess } from "./json-guard.ts";

// Validation
export { parseParams } from "./validation.ts";
export type { Parsed } from "./validation.ts";

// Methods and events. `export *`, because only that lets other modules extend `Methods` and `Events`.
export * from "./methods/index.ts";
export * from "./events/index.ts";
export { methodScope } from "./methods/scopes.ts";
export { method, result } from "./methods/define.ts";
export type { MethodContract, Result } from "./methods/define.ts";
export { event } from "./events/define.ts";
export type { EventContract } from "./events/define.ts";

// Payloads and results by family
export type { PresenceEntry } from "./presence.ts";
export type {
  AgentHealth,
  ConfigStatus,
  EventLoopHealth,
  HealthHeartbeat,
  HealthSessions,
  HealthSnapshot,
} from "./health.ts";
export type { LaneStatus, LogLevels, StatusSessionRow, StatusSummary } from "./methods/status.ts";
export type { LogsTail } from "./methods/logs.ts";
export type { AgentAccepted, AgentFinal, AgentRunMeta, AgentWait, TokenUsage } from "./methods/agent.ts";
export type { ChatAborted, ChatHistory, ChatMessage, ChatStarted, ContentPart } from "./methods/chat.ts";
export type { SessionPreview, SessionRow, SessionsList } from "./methods/sessions.ts";
export type {
  SessionCompacted,
  SessionEntryView,
  SessionPatched,
  SessionsCleanedUp,
} from "./methods/session-changes.ts";
export type {
  DevicePairList,
  DeviceTokenRotated,
  DeviceTokenSummary,
  PairedDeviceView,
} from "./methods/devices.ts";
export type { ExecApprovalAccepted, ExecApprovalDetails, ExecApprovalOutcome } from "./methods/approvals.ts";
export type { ExecApprovalsFile, ExecApprovalsSnapshot } from "./methods/approval-policies.ts";
export type { ModelInfo } from "./methods/models.ts";
export type { AgentIdentity, AgentInfo, AgentsList } from "./methods/agents.ts";
export type {
  MemoryStatus,
  SkillsStatus,
  SkillView,
  CommandView,
  ToolsCatalog,
  ToolView,
} from "./methods/abilities.ts";
export type { CronJobView, CronList, CronRuns, CronStatus, Page } from "./methods/cron.ts";
export { parseNodeEvent, type NodeEvent } from "./methods/node-events.ts";
export { NODE_WORK_TYPES } from "./methods/nodes.ts";
export type {
  NodeReportTaken,
  NodeView,
  NodeWorkItem,
  NodeWorkType,
  PairedNodeView,
} from "./methods/nodes.ts";
export { AUDIT_KINDS, type AuditEntry, type AuditKind, type AuditPage } from "./methods/audit.ts";
export { LOOK_HEADER, type ProxyLook, type RequestOrigin, type SeenRequest } from "./methods/proxy.ts";
export type { RestartPreflight, RestartRequested, SystemInfo } from "./methods/system.ts";
export type { TalkConfig } from "./methods/talk.ts";
export type { UsageCostReport, UsageStatus, UsageSums } from "./methods/usage.ts";
export type { ChannelAccountStatus, ChannelsStatus } from "./methods/channels.ts";
export type {
  ConfigEffects,
  ConfigHint,
  ConfigProblem,
  ConfigSchemaLookup,
  ConfigSchemaView,
  ConfigSnapshot,
  ConfigTried,
  ConfigWritten,
  RestartSentinel,
  ScheduledRestart,
} from "./methods/config.ts";
export { EXEC_DECISIONS } from "./events/approvals.ts";
export type {
  ExecApprovalPending,
  ExecApprovalRequest,
  ExecApprovalResolvedPayload,
  ExecDecision,
} from "./events/approvals.ts";
export type { ShutdownPayload, TickPayload } from "./events/gateway.ts";
export type { HeartbeatPayload, PresencePayload } from "./events/status.ts";
export type { AgentEventPayload, ChatEventPayload } from "./events/runs.ts";
export type {
  SessionEventPayload,
  SessionMessagePayload,
  SessionsChangedPayload,
} from "./events/sessions.ts";
export type { TalkModePayload, VoiceWakePayload } from "./events/talk.ts";
export type { DevicePairRequestedPayload, DevicePairResolvedPayload } from "./events/devices.ts";
export type {
  NodeDetails,
  NodeInvokeProgressPayload,
  NodeInvokeRequestPayload,
  NodePairingRequest,
  NodePairResolvedPayload,
} from "./events/nodes.ts";
