import * as v from "valibot";
import {
  flag,
  later,
  oneOf,
  opaque,
  pattern,
  positiveCount,
  secret,
  section,
  text,
  texts,
} from "./vocabulary.ts";

// A module is a name below the transforms folder: no drive, no absolute path, no way up (T-CFG-04).
const moduleName = pattern(
  /^(?!.*(?:^|[\\/])\.\.(?:[\\/]|$))[^\\/~:][^\\:]*$/,
  "invalid module (use a relative path inside the transforms folder)",
);

const mapping = later(() =>
  section({
    id: text,
    match: section({ path: text, source: text }),
    action: oneOf("wake", "agent"),
    wakeMode: oneOf("now", "next-heartbeat"),
    name: text,
    agentId: text,
    sessionKey: secret,
    messageTemplate: text,
    textTemplate: text,
    deliver: flag,
    allowUnsafeExternalContent: flag,
    channel: text,
    to: text,
    model: text,
    thinking: text,
    timeoutSeconds: positiveCount,
    transform: section({ export: text }, { module: moduleName }),
  }),
);

/** `hooks.*`: webhooks that start runs. Docs: configuration.md#hooks */
export const HooksSchema = later(() =>
  section({
    enabled: flag,
    token: secret,
    path: text,
    maxBodyBytes: positiveCount,
    defaultSessionKey: text,
    allowRequestSessionKey: flag,
    allowedSessionKeyPrefixes: texts,
    allowedAgentIds: texts,
    presets: texts,
    transformsDir: text,
    mappings: v.array(mapping),
    internal: opaque,
    gmail: opaque,
  }),
);
