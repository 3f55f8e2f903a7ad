import type * as v from "valibot";
import { AgentsSchema, BindingsSchema, BroadcastSchema } from "./agents.ts";
import { ChannelsSchema } from "./channels.ts";
import { GatewaySchema } from "./gateway.ts";
import { HooksSchema } from "./hooks.ts";
import { ModelsSchema, ProviderAuthSchema } from "./models.ts";
import {
  CommandsSchema,
  CronSchema,
  DiagnosticsSchema,
  DiscoverySchema,
  EnvSchema,
  LoggingSchema,
  McpSchema,
  UiSchema,
} from "./operations.ts";
import { SecretsSchema } from "./secrets.ts";
import { MessagesSchema, SessionSchema } from "./sessions.ts";
import { ApprovalsSchema, PluginsSchema, ToolsSchema } from "./tools.ts";
import { opaque, section, text } from "./vocabulary.ts";

/**
 * The whole configuration file. Closed wherever the gateway knows the keys; sections that belong to features
 * outside its core are accepted as they are, so that an existing file keeps working.
 *
 * Docs: configuration.md#schema
 */
export const ConfigSchema = section({
  $schema: text,
  env: EnvSchema,
  gateway: GatewaySchema,
  agents: AgentsSchema,
  bindings: BindingsSchema,
  broadcast: BroadcastSchema,
  session: SessionSchema,
  messages: MessagesSchema,
  tools: ToolsSchema,
  models: ModelsSchema,
  auth: ProviderAuthSchema,
  channels: ChannelsSchema,
  hooks: HooksSchema,
  cron: CronSchema,
  logging: LoggingSchema,
  commands: CommandsSchema,
  ui: UiSchema,
  discovery: DiscoverySchema,
  diagnostics: DiagnosticsSchema,
  approvals: ApprovalsSchema,
  plugins: PluginsSchema,
  mcp: McpSchema,
  secrets: SecretsSchema,
  skills: opaque,
  memory: opaque,
  talk: opaque,
  audio: opaque,
  media: opaque,
  nodeHost: opaque,
  browser: opaque,
  canvasHost: opaque,
  update: opaque,
  wizard: opaque,
  web: opaque,
  meta: opaque,
});

/** A validated configuration: every key optional, every present value of the right type. */
export type OpenClawConfig = v.InferOutput<typeof ConfigSchema>;
