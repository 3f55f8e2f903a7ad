import { expandHome } from "./paths.ts";
import type { OpenClawConfig } from "./schema/config-schema.ts";
import { SETTING_DEFAULTS } from "./schema/setting-defaults.ts";
import { mapParts } from "./source/record.ts";

/**
 * Fills in what the file leaves open. The one defaulting function: the running gateway, `config.get` and the
 * CLI see the same values, and none of them is ever written back.
 *
 * Docs: configuration.md#defaults
 */
export function applyDefaults(config: OpenClawConfig): OpenClawConfig {
  const { agents, commands, channels, logging, messages, models, session } = config;
  return {
    ...config,
    agents: { ...agents, defaults: agentDefaults(agents?.defaults) },
    commands: { native: "auto", nativeSkills: "auto", restart: true, ownerDisplay: "raw", ...commands },
    messages: { ackReactionScope: "group-mentions", ...messages },
    ...(channels !== undefined && { channels: channelDefaults(channels) }),
    ...(logging !== undefined && {
      logging: { redactSensitive: SETTING_DEFAULTS["logging.redactSensitive"], ...logging },
    }),
    ...(models?.providers !== undefined && {
      models: { ...models, providers: providerDefaults(models.providers) },
    }),
    ...(session?.mainKey !== undefined && { session: { ...session, mainKey: "main" } }),
  };
}

type Agents = NonNullable<OpenClawConfig["agents"]>;
type Channels = NonNullable<OpenClawConfig["channels"]>;
type Providers = NonNullable<NonNullable<OpenClawConfig["models"]>["providers"]>;

function agentDefaults(defaults: Agents["defaults"] = {}): NonNullable<Agents["defaults"]> {
  return {
    maxConcurrent: 4,
    ...defaults,
    subagents: { maxConcurrent: 8, ...defaults.subagents },
  };
}

/** Policies of each channel. Accounts get none here: they inherit from their channel first. */
function channelDefaults(channels: Channels): Channels {
  const groupPolicy = channels.defaults?.groupPolicy ?? "allowlist";
  const entries = Object.entries(channels).map(([id, channel]) =>
    id === "defaults" || id === "modelByChannel"
      ? [id, channel]
      : [id, { dmPolicy: "pairing", groupPolicy, ...channel }],
  );
  // The mapping keeps every key and only adds to open objects.
  return Object.fromEntries(entries) as Channels;
}

function providerDefaults(providers: Providers): Providers {
  const entries = Object.entries(providers).map(([id, provider]) => {
    const api = provider.api ?? (id === "anthropic" ? ("anthropic-messages" as const) : undefined);
    const models = provider.models.map((model) => {
      const contextWindow = model.contextWindow ?? 200_000;
      return {
        reasoning: false,
        input: ["text" as const],
        ...(api !== undefined && { api }),
        maxTokens: Math.min(8192, contextWindow),
        ...model,
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...model.cost },
        contextWindow,
      };
    });
    return [id, { ...provider, ...(api !== undefined && { api }), models }] as const;
  });
  return Object.fromEntries(entries);
}

/** Replaces a leading `~` in every string whose key says that it is a path. */
export function expandHomePaths(tree: unknown, home: string, key = ""): unknown {
  if (typeof tree === "string") return tree.startsWith("~") && isPathKey(key) ? expandHome(tree, home) : tree;
  if (!Array.isArray(tree)) return mapParts(tree, (value, name) => expandHomePaths(value, home, name));
  // Only these lists hold paths; elements of others keep no key.
  const elementKey = key === "paths" || key === "pathPrepend" ? "path" : "";
  return mapParts(tree, (item) => expandHomePaths(item, home, elementKey));
}

function isPathKey(key: string): boolean {
  return /(dir|path|paths|file|root|workspace)$/i.test(key);
}
