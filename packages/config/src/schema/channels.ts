import {
  chatIds,
  count,
  flag,
  later,
  mapOf,
  mapWith,
  number,
  oneOf,
  openSection,
  positiveCount,
  section,
  text,
} from "./vocabulary.ts";

/** Channels a configuration may name without a plugin declaring them. */
export const KNOWN_CHANNELS = [
  "telegram",
  "whatsapp",
  "discord",
  "irc",
  "googlechat",
  "slack",
  "signal",
  "imessage",
  "matrix",
  "mattermost",
  "msteams",
  "bluebubbles",
  "line",
] as const;

const groupPolicy = oneOf("open", "disabled", "allowlist");
const heartbeat = later(() => section({ showOk: flag, showAlerts: flag, useIndicator: flag }));

// Each connector checks its own keys when it is loaded; here stand the ones all of them share.
const shared = () => ({
  enabled: flag,
  name: text,
  dmPolicy: oneOf("pairing", "allowlist", "open", "disabled"),
  allowFrom: chatIds,
  groupPolicy,
  groupAllowFrom: chatIds,
  historyLimit: count,
  dmHistoryLimit: count,
  textChunkLimit: positiveCount,
  chunkMode: oneOf("length", "newline"),
  mediaMaxMb: number({ min: 0 }),
  responsePrefix: text,
  configWrites: flag,
  heartbeat,
  retry: section({
    attempts: positiveCount,
    minDelayMs: count,
    maxDelayMs: count,
    jitter: number({ min: 0, max: 1 }),
  }),
});

/** What the policy keys of every channel and account mean. Docs: configuration.md#channels */
export const ChannelSchema = later(() =>
  openSection({ ...shared(), accounts: mapOf(openSection(shared())) }),
);

/** `channels.*`: defaults for all, then one block per channel. */
export const ChannelsSchema = later(() =>
  mapWith(
    { defaults: section({ groupPolicy, heartbeat }), modelByChannel: mapOf(mapOf(text)) },
    ChannelSchema,
  ),
);
