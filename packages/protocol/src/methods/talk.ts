import * as v from "valibot";

import type { TalkModePayload, VoiceWakePayload } from "../events/talk.ts";
import { openParams, text } from "../schemas.ts";
import { method, result } from "./define.ts";

/** Result of `talk.config`. */
export interface TalkConfig {
  readonly config: {
    readonly talk?: unknown;
    readonly session?: { readonly mainKey?: string };
    readonly ui?: { readonly seamColor?: string };
  };
}

/** Voice: what clients need to talk and to listen for. */
export const TALK_METHODS = {
  "talk.config": method({
    params: v.strictObject({ includeSecrets: v.optional(v.boolean()) }),
    scope: "operator.read",
    extraScope: ({ includeSecrets }) => (includeSecrets === true ? "operator.talk.secrets" : undefined),
    result: result<TalkConfig>(),
  }),
  "talk.mode": method({
    params: v.strictObject({ enabled: v.boolean(), phase: v.optional(text) }),
    scope: "operator.talk",
    result: result<TalkModePayload>(),
  }),
  "voicewake.get": method({
    params: openParams,
    scope: "operator.read",
    result: result<VoiceWakePayload>(),
  }),
  // Old clients read the refusal's own text, so the handler looks at `triggers`.
  "voicewake.set": method({
    params: openParams,
    scope: "operator.write",
    result: result<VoiceWakePayload>(),
  }),
};
