import * as v from "valibot";
import {
  byteSize,
  chatIds,
  flag,
  integer,
  later,
  longDuration,
  mapOf,
  mapWith,
  oneOf,
  opaque,
  pattern,
  positiveCount,
  secret,
  secretMap,
  section,
  text,
  texts,
} from "./vocabulary.ts";

/** Log levels, quietest first. */
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

/** `cron.*`: scheduled runs. */
export const CronSchema = later(() =>
  section({
    enabled: flag,
    store: text,
    maxConcurrentRuns: positiveCount,
    webhook: pattern(/^https?:\/\//i, "Expected http:// or https:// URL"),
    webhookToken: secret,
    webhookAllowPrivate: flag,
    skipMissedJobs: flag,
    sessionRetention: v.union([longDuration, v.literal(false)]),
    runLog: section({ maxBytes: byteSize, keepLines: positiveCount }),
  }),
);

/** `logging.*`: file and console. Docs: configuration.md#logging */
export const LoggingSchema = later(() =>
  section({
    level: oneOf(...LOG_LEVELS),
    file: text,
    maxFileBytes: positiveCount,
    maxTotalBytes: positiveCount,
    maxAgeDays: positiveCount,
    consoleLevel: oneOf(...LOG_LEVELS),
    consoleStyle: oneOf("pretty", "compact", "json"),
    redactSensitive: oneOf("off", "tools"),
    redactPatterns: texts,
  }),
);

/** `env`: variables by name or under `vars`. Any of them may be a credential, so none is ever shown. */
export const EnvSchema = later(() =>
  mapWith({ vars: secretMap, shellEnv: section({ enabled: flag, timeoutMs: positiveCount }) }, secret),
);

const flagOrAuto = v.union([flag, v.literal("auto")]);

/** `commands.*`: slash commands in chats. */
export const CommandsSchema = later(() =>
  section({
    native: flagOrAuto,
    nativeSkills: flagOrAuto,
    text: flag,
    bash: flag,
    bashForegroundMs: integer({ min: 0, max: 30_000 }),
    config: flag,
    debug: flag,
    restart: flag,
    useAccessGroups: flag,
    ownerAllowFrom: chatIds,
    ownerDisplay: oneOf("raw", "hash"),
    ownerDisplaySecret: secret,
    allowFrom: mapOf(chatIds),
  }),
);

/** `ui.*`: how the control UI looks. */
export const UiSchema = later(() =>
  section({
    seamColor: pattern(/^#?[0-9a-f]{6}$/i, "expected hex color (RRGGBB)"),
    assistant: section({
      name: v.pipe(text, v.maxLength(50, "Too big: expected string to have <=50 characters")),
      avatar: v.pipe(text, v.maxLength(200, "Too big: expected string to have <=200 characters")),
    }),
  }),
);

/** `discovery.*`: announcing the gateway on the network. */
export const DiscoverySchema = later(() =>
  section({
    mdns: section({ mode: oneOf("off", "minimal", "full") }),
    wideArea: section({ enabled: flag }),
  }),
);

/** `diagnostics.*`: targeted debug output. */
export const DiagnosticsSchema = later(() =>
  section({
    enabled: flag,
    flags: texts,
    otel: opaque,
    cacheTrace: opaque,
  }),
);

/** `mcp.*`: servers that lend tools to agents. */
export const McpSchema = section({ servers: opaque });
