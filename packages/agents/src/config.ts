/** A value that may be left out of the configuration. */
type Maybe<T> = T | undefined;

/** A model reference, or one with fallbacks. */
export type ModelChoice =
  string | { readonly primary?: Maybe<string>; readonly fallbacks?: Maybe<readonly string[]> };

/** When a session starts over by itself. Docs: configuration.md#session */
export interface ResetConfig {
  readonly mode?: Maybe<"daily" | "idle">;
  /** Hour of the gateway host's local time. @default 4 */
  readonly atHour?: Maybe<number>;
  /** @default 60 in mode `idle` */
  readonly idleMinutes?: Maybe<number>;
}

/** A configured model of a provider. Docs: configuration.md#models */
export interface ModelConfig {
  readonly id: string;
  readonly name?: Maybe<string>;
  readonly api?: Maybe<string>;
  readonly reasoning?: Maybe<boolean>;
  readonly input?: Maybe<readonly ("text" | "image")[]>;
  readonly cost?: Maybe<{
    readonly input?: Maybe<number>;
    readonly output?: Maybe<number>;
    readonly cacheRead?: Maybe<number>;
    readonly cacheWrite?: Maybe<number>;
  }>;
  readonly contextWindow?: Maybe<number>;
  readonly maxTokens?: Maybe<number>;
  readonly headers?: Maybe<Readonly<Record<string, string>>>;
  readonly compat?: Maybe<Readonly<Record<string, unknown>>>;
}

/** A configured provider. `apiKey` may be an unresolved secret reference, which counts as none. */
export interface ProviderConfig {
  readonly baseUrl: string;
  readonly apiKey?: unknown;
  readonly auth?: Maybe<string>;
  readonly api?: Maybe<string>;
  readonly headers?: Maybe<Readonly<Record<string, string>>>;
  readonly models: readonly ModelConfig[];
}

/** An entry of `agents.list`. */
export interface AgentConfig {
  readonly id: string;
  readonly default?: Maybe<boolean>;
  readonly name?: Maybe<string>;
  readonly model?: Maybe<ModelChoice>;
  readonly identity?: Maybe<{
    readonly name?: Maybe<string>;
    readonly theme?: Maybe<string>;
    readonly emoji?: Maybe<string>;
    readonly avatar?: Maybe<string>;
  }>;
}

/** What is kept of sessions nobody uses. Docs: configuration.md#session-maintenance */
export interface MaintenanceConfig {
  /** @default "warn" */
  readonly mode?: Maybe<"warn" | "enforce">;
  /** Days, or with a unit. @default 30 */
  readonly pruneAfter?: Maybe<number | string>;
  /** Older name of `pruneAfter`, which wins. */
  readonly pruneDays?: Maybe<number>;
  /** Of each agent. @default 500 */
  readonly maxEntries?: Maybe<number>;
  /** Days, or with a unit; `false` keeps them. @default as `pruneAfter` */
  readonly resetArchiveRetention?: Maybe<number | string | false>;
  /** Bytes, or with a unit. @default no limit */
  readonly maxDiskBytes?: Maybe<number | string>;
  /** @default 80 % of `maxDiskBytes` */
  readonly highWaterBytes?: Maybe<number | string>;
}

/** Rule of `session.sendPolicy`. */
export interface SendPolicyRule {
  readonly action: "allow" | "deny";
  readonly match?: Maybe<{
    readonly channel?: Maybe<string>;
    readonly chatType?: Maybe<string>;
    readonly keyPrefix?: Maybe<string>;
    readonly rawKeyPrefix?: Maybe<string>;
  }>;
}

/**
 * The part of the gateway's configuration that runs and sessions look at; the whole configuration fits.
 * Read anew for every run, so that a change applies to the next one. Docs: configuration.md
 */
export interface AgentsConfig {
  readonly agents?: Maybe<{
    readonly defaults?: Maybe<{
      readonly model?: Maybe<ModelChoice>;
      /** Catalogue of aliases, and when not empty the only models allowed. */
      readonly models?: Maybe<Readonly<Record<string, { readonly alias?: Maybe<string> }>>>;
      readonly userTimezone?: Maybe<string>;
      readonly contextTokens?: Maybe<number>;
      /** @default 600 */
      readonly timeoutSeconds?: Maybe<number>;
      /** @default 4 */
      readonly maxConcurrent?: Maybe<number>;
      readonly thinkingDefault?: Maybe<string>;
    }>;
    readonly list?: Maybe<readonly AgentConfig[]>;
  }>;
  readonly session?: Maybe<{
    readonly scope?: Maybe<"per-sender" | "global">;
    readonly mainKey?: Maybe<string>;
    /** @default ["/new", "/reset"] */
    readonly resetTriggers?: Maybe<readonly string[]>;
    readonly reset?: Maybe<ResetConfig>;
    readonly idleMinutes?: Maybe<number>;
    readonly resetByType?: Maybe<{
      readonly direct?: Maybe<ResetConfig>;
      readonly dm?: Maybe<ResetConfig>;
      readonly group?: Maybe<ResetConfig>;
      readonly thread?: Maybe<ResetConfig>;
    }>;
    readonly resetByChannel?: Maybe<Readonly<Record<string, ResetConfig>>>;
    readonly sendPolicy?: Maybe<{
      readonly default?: Maybe<"allow" | "deny">;
      readonly rules?: Maybe<readonly SendPolicyRule[]>;
    }>;
    readonly maintenance?: Maybe<MaintenanceConfig>;
  }>;
  readonly messages?: Maybe<{
    readonly queue?: Maybe<{
      /** Chat messages that may wait for one session. @default 20 */
      readonly cap?: Maybe<number>;
    }>;
  }>;
  readonly ui?: Maybe<{
    readonly assistant?: Maybe<{ readonly name?: Maybe<string>; readonly avatar?: Maybe<string> }>;
  }>;
  readonly models?: Maybe<{ readonly providers?: Maybe<Readonly<Record<string, ProviderConfig>>> }>;
}
