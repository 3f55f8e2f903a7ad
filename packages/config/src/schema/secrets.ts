import * as v from "valibot";
import {
  byteSize,
  flag,
  later,
  mapOf,
  oneOf,
  pattern,
  positiveCount,
  secretMap,
  section,
  text,
  texts,
} from "./vocabulary.ts";

const providerName = pattern(
  /^[a-z][a-z0-9_-]{0,63}$/,
  "expected a provider name (lower-case letters, digits, _ and -, at most 64)",
);

/** Who hands out secrets: variables, a file, or a program. */
const provider = v.union([
  section({ allowlist: texts }, { source: v.literal("env") }),
  section(
    { mode: oneOf("json", "singleValue"), timeoutMs: positiveCount, maxBytes: byteSize },
    { source: v.literal("file"), path: text },
  ),
  section(
    {
      args: texts,
      // What a program is given may be what it needs to unlock a store.
      env: secretMap,
      passEnv: texts,
      jsonOnly: flag,
      timeoutMs: positiveCount,
      maxOutputBytes: byteSize,
      trustedDirs: texts,
    },
    { source: v.literal("exec"), command: text },
  ),
]);

/** `secrets.*`: where secrets that are only named in this file come from. Docs: configuration.md#secrets */
export const SecretsSchema = later(() =>
  section({
    providers: mapOf(provider),
    defaults: section({ env: providerName, file: providerName, exec: providerName }),
  }),
);
