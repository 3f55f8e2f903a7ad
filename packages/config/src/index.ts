export { isNewer, PROGRAM_VERSION } from "./version.ts";

// Where everything lies
export { applyProfileFlags, type ProfileFlags } from "./profile-flags.ts";
export { type Env, type Environment, isTruthy, readVariable } from "./environment.ts";
export { commandName } from "./command-name.ts";
export { displayPath, expandHome, type Paths, resolvePaths } from "./paths.ts";

// Reading
export { errorCode, readTextFile, readTextNow, sourceFiles } from "./source/source-files.ts";
export { type FileText, loadConfig, type LoadConfigOptions, loadConfigWith } from "./load-config.ts";
export type { ConfigIssue, ConfigSnapshot, LoadedConfig } from "./snapshot.ts";
export { importShellEnv, type ShellEnv, type ShellEnvOptions } from "./shell/import-shell-env.ts";
export { ConfigSchema, type OpenClawConfig } from "./schema/config-schema.ts";
export {
  RELOAD_KINDS,
  type ReloadKind,
  reloadKind,
  type ReloadKindRule,
  reloadRule,
} from "./schema/reload-kinds.ts";
export {
  type ConfigDescription,
  type ConfigHint,
  describeConfig,
  type JsonSchema,
  partChildren,
  schemaPart,
} from "./schema/describe-config.ts";
export { LOG_LEVELS } from "./schema/operations.ts";
export { SETTING_DEFAULTS } from "./schema/setting-defaults.ts";

// Deciding
export {
  type GatewaySettingsResolution,
  resolveGatewaySettings,
  type ResolveGatewaySettingsOptions,
} from "./settings/resolve-gateway-settings.ts";
export type {
  AuthMode,
  AuthSettings,
  BindMode,
  ControlUiSettings,
  GatewayFlags,
  GatewaySettings,
  LimitSettings,
  NamedTokenSettings,
  SettingSource,
} from "./settings/gateway-settings.ts";
export { usableSecret } from "./settings/secret.ts";
export { runWords, START_FIXES, startFix } from "./settings/start-fixes.ts";
export {
  failedSetting,
  START_FAILURES,
  type StartFailure,
  startFailure,
  type StartFailureCode,
} from "./settings/start-failures.ts";
export {
  type GatewayTarget,
  resolveTarget,
  type ResolveTargetOptions,
  type TargetFailure,
  type TargetFlags,
  type TargetResolution,
  type TargetSource,
} from "./target.ts";

// Showing
export { type ConfigPathParse, getPath, parseConfigPath } from "./show/config-path.ts";
export { invalidConfigFix, invalidConfigLines, issueLine } from "./show/invalid-config.ts";
export { nearestName } from "./show/nearest-name.ts";
export { redactConfig, type RedactedSnapshot, redactValue } from "./show/redact.ts";
export { REDACTED } from "./show/redacted.ts";

// Keys of older releases
export { type ConfigMigration, migrateConfig, type MigrateConfigOptions } from "./legacy/migrate-config.ts";

// Repairing
export { DOCTOR } from "./history/journal.ts";
export { isUnknownKey } from "./validate.ts";
export { planRepair, type PlanRepairOptions, type RepairPlanning } from "./repair/repair-config.ts";
export { type UnknownKey, unknownKeys } from "./repair/unknown-keys.ts";

// First steps of an installation
export { devBootstrap, devWorkspace } from "./start/dev-bootstrap.ts";
export {
  ensureFirstStart,
  type FirstStart,
  type FirstStartOptions,
  isNewInstallation,
} from "./start/first-start.ts";
export {
  ensureGatewayToken,
  type EnsureGatewayTokenOptions,
  type GatewayToken,
} from "./start/ensure-gateway-token.ts";
export { generateToken } from "./start/generate-token.ts";
export { setupConfig, type SetupOptions } from "./start/setup.ts";

// Named tokens
export { createNamedToken, type CreatedNamedToken } from "./named-token.ts";

// Writing
export { changeConfig, type ChangeConfigOptions, type ConfigChangeResult } from "./write/change-config.ts";
export { type ConfigChange, patchConfigText } from "./write/patch-config-text.ts";
export { type ConfigWrite, writeConfigFile, type WriteConfigOptions } from "./write/write-config-file.ts";
export type { Writer } from "./write/audit.ts";
export type { FileSystem } from "./write/file-system.ts";

// Explaining
export { defaultValue } from "./explain/default-value.ts";
export { type ExplainedSetting, type ExplainOptions, explainSetting } from "./explain/explain-setting.ts";
export { locateSetting, type SettingPlace } from "./explain/locate-setting.ts";
export { type ListedSetting, listSettings } from "./explain/list-settings.ts";

// History
export {
  canRestore,
  type HistoryEntry,
  type HistoryOptions,
  historyText,
  readHistory,
} from "./history/history.ts";
export { keepInForce, type LastGood, readLastGood } from "./history/last-good.ts";

// Agents, and changes of them and of the default model
export { agentWorkspace } from "./settings/agent-workspace.ts";
export { slugAgentId } from "./agent-id.ts";
export {
  type AgentFields,
  bindAgentChanges,
  createAgentChanges,
  deleteAgentChanges,
  hasAgent,
  updateAgentChanges,
} from "./edit/agent-edits.ts";
export { defaultModelChanges } from "./edit/model-edits.ts";

// Editing
export {
  changedPaths,
  type ConfigDifference,
  configDifferences,
  type Difference,
  differences,
} from "./edit/differences.ts";
export {
  type ChangeEdit,
  type ConfigEdit,
  type EditPlan,
  type EditRefusal,
  type FileEdit,
  planEdit,
} from "./edit/plan-edit.ts";
export { type ConfigValueParse, parseConfigValue } from "./edit/parse-value.ts";
export { keepRejected, saveEdit } from "./edit/save-edit.ts";

// Parts of a change
export { ENV_FILES, mixSettings, type MixOptions, settingDifferences } from "./edit/mix-settings.ts";

// Failing
export { ConfigError, type ConfigErrorCode } from "./errors.ts";
