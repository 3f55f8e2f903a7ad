import * as v from "valibot";
import {
  byteSize,
  count,
  flag,
  integer,
  later,
  longDuration,
  mapOf,
  number,
  oneOf,
  opaque,
  positiveCount,
  section,
  text,
  texts,
} from "./vocabulary.ts";

const reset = later(() =>
  section({
    mode: oneOf("daily", "idle"),
    atHour: integer({ min: 0, max: 23 }),
    idleMinutes: positiveCount,
  }),
);

const sendRule = later(() =>
  section(
    {
      match: section({
        channel: text,
        chatType: oneOf("direct", "group", "channel", "dm"),
        keyPrefix: text,
        rawKeyPrefix: text,
      }),
    },
    { action: oneOf("allow", "deny") },
  ),
);

/** `session.*`: how chats map to sessions and how long those live. Docs: configuration.md#session */
export const SessionSchema = later(() =>
  section({
    scope: oneOf("per-sender", "global"),
    dmScope: oneOf("main", "per-peer", "per-channel-peer", "per-account-channel-peer"),
    identityLinks: mapOf(texts),
    resetTriggers: texts,
    reset,
    idleMinutes: positiveCount,
    resetByType: section({ direct: reset, dm: reset, group: reset, thread: reset }),
    resetByChannel: mapOf(reset),
    store: text,
    mainKey: text,
    typingMode: oneOf("never", "instant", "thinking", "message"),
    typingIntervalSeconds: positiveCount,
    sendPolicy: section({ default: oneOf("allow", "deny"), rules: v.array(sendRule) }),
    agentToAgent: section({ maxPingPongTurns: integer({ min: 0, max: 5 }) }),
    threadBindings: section({ enabled: flag, ttlHours: number({ min: 0 }) }),
    maintenance: section({
      mode: oneOf("enforce", "warn"),
      pruneAfter: longDuration,
      pruneDays: positiveCount,
      maxEntries: positiveCount,
      rotateBytes: byteSize,
      resetArchiveRetention: v.union([longDuration, v.literal(false)]),
      maxDiskBytes: byteSize,
      highWaterBytes: byteSize,
    }),
  }),
);

const queueMode = oneOf(
  "steer",
  "followup",
  "collect",
  "steer-backlog",
  "steer+backlog",
  "queue",
  "interrupt",
);

/** `messages.*`: queueing, prefixes, acknowledgements. Docs: configuration.md#messages */
export const MessagesSchema = later(() =>
  section({
    messagePrefix: text,
    responsePrefix: text,
    groupChat: section({ mentionPatterns: texts, historyLimit: positiveCount }),
    queue: section({
      mode: queueMode,
      byChannel: mapOf(queueMode),
      debounceMs: count,
      debounceMsByChannel: mapOf(count),
      cap: positiveCount,
      drop: oneOf("old", "new", "summarize"),
    }),
    inbound: section({ debounceMs: count, byChannel: mapOf(count) }),
    ackReaction: text,
    ackReactionScope: oneOf("group-mentions", "group-all", "direct", "all"),
    removeAckAfterReply: flag,
    statusReactions: opaque,
    suppressToolErrors: flag,
    tts: opaque,
  }),
);
