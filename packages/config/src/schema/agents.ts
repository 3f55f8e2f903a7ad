import * as v from "valibot";
import {
  chatId,
  count,
  duration,
  flag,
  integer,
  later,
  mapOf,
  mapWith,
  nonEmptyText,
  number,
  oneOf,
  opaque,
  pattern,
  positiveCount,
  section,
  text,
  texts,
} from "./vocabulary.ts";
import { AgentToolsSchema } from "./tools.ts";

/** A model reference `provider/model`, alone or with the references to try when it fails. */
const modelChoice = v.union([text, section({ primary: text, fallbacks: texts })]);
const thinking = oneOf("off", "minimal", "low", "medium", "high", "xhigh");
const onOff = oneOf("on", "off");

const timeOfDay = v.pipe(
  text,
  v.regex(/^(([01]\d|2[0-4]):[0-5]\d)$/, 'invalid time (use "HH:MM" 24h format)'),
  v.check(
    (time) => !time.startsWith("24:") || time === "24:00",
    "invalid time (24:00 is the only allowed 24:xx value)",
  ),
);

const heartbeat = later(() =>
  section({
    every: duration,
    activeHours: section({
      start: v.pipe(
        timeOfDay,
        v.check((time) => time !== "24:00", "invalid time (start cannot be 24:00)"),
      ),
      end: timeOfDay,
      timezone: text,
    }),
    model: text,
    session: text,
    includeReasoning: flag,
    target: v.pipe(
      text,
      v.check((target) => target.trim() !== "", "heartbeat target must not be empty"),
    ),
    to: text,
    accountId: text,
    prompt: text,
    ackMaxChars: count,
    suppressToolErrorWarnings: flag,
  }),
);

const humanDelay = later(() =>
  section({ mode: oneOf("off", "natural", "custom"), minMs: count, maxMs: count }),
);

const defaults = later(() =>
  section({
    model: modelChoice,
    imageModel: modelChoice,
    models: mapOf(section({ alias: text, params: opaque, streaming: flag })),
    workspace: text,
    repoRoot: text,
    skipBootstrap: flag,
    bootstrapMaxChars: positiveCount,
    bootstrapTotalMaxChars: positiveCount,
    userTimezone: text,
    timeFormat: oneOf("auto", "12", "24"),
    envelopeTimezone: text,
    envelopeTimestamp: onOff,
    envelopeElapsed: onOff,
    contextTokens: positiveCount,
    timeoutSeconds: positiveCount,
    maxConcurrent: positiveCount,
    subagents: section({
      maxConcurrent: positiveCount,
      maxSpawnDepth: integer({ min: 1, max: 5 }),
      maxChildrenPerAgent: integer({ min: 1, max: 20 }),
      archiveAfterMinutes: positiveCount,
      model: modelChoice,
      thinking: text,
      runTimeoutSeconds: count,
      announceTimeoutMs: positiveCount,
    }),
    thinkingDefault: thinking,
    verboseDefault: oneOf("off", "on", "full"),
    elevatedDefault: oneOf("off", "on", "ask", "full"),
    blockStreamingDefault: onOff,
    blockStreamingBreak: oneOf("text_end", "message_end"),
    blockStreamingChunk: section({
      minChars: positiveCount,
      maxChars: positiveCount,
      breakPreference: oneOf("paragraph", "newline", "sentence"),
    }),
    blockStreamingCoalesce: section({ minChars: positiveCount, maxChars: positiveCount, idleMs: count }),
    humanDelay,
    typingMode: oneOf("never", "instant", "thinking", "message"),
    typingIntervalSeconds: positiveCount,
    mediaMaxMb: number({ min: 0 }),
    imageMaxDimensionPx: positiveCount,
    heartbeat,
    compaction: opaque,
    contextPruning: opaque,
    memorySearch: opaque,
    cliBackends: opaque,
    sandbox: opaque,
  }),
);

const agent = later(() =>
  section(
    {
      default: flag,
      name: text,
      workspace: text,
      agentDir: text,
      model: modelChoice,
      skills: texts,
      memorySearch: opaque,
      humanDelay,
      heartbeat,
      identity: section({ name: text, theme: text, emoji: text, avatar: text }),
      groupChat: section({ mentionPatterns: texts, historyLimit: positiveCount }),
      subagents: section({ allowAgents: texts, model: modelChoice, thinking: text }),
      sandbox: opaque,
      tools: AgentToolsSchema,
    },
    { id: pattern(/^[a-z0-9][a-z0-9_-]{0,63}$/i, 'invalid agent id (use letters, numbers, "_", "-" only)') },
  ),
);

/** `agents.*`: what every agent starts from, and the agents. Docs: configuration.md#agents */
export const AgentsSchema = later(() => section({ defaults, list: v.array(agent) }));

/** `bindings[]`: which agent answers which chat. Docs: configuration.md#bindings */
export const BindingsSchema = v.array(
  section(
    { comment: text },
    {
      agentId: nonEmptyText,
      match: section(
        {
          accountId: text,
          peer: section({}, { kind: oneOf("direct", "group", "channel", "dm"), id: chatId }),
          guildId: text,
          teamId: text,
          roles: texts,
        },
        { channel: nonEmptyText },
      ),
    },
  ),
);

/** `broadcast`: chats that several agents answer. */
export const BroadcastSchema = later(() => mapWith({ strategy: oneOf("parallel", "sequential") }, texts));
