import { event } from "./define.ts";

/** Payload of `talk.mode`, and result of the method. */
export interface TalkModePayload {
  readonly enabled: boolean;
  readonly phase: string | null;
  /** Epoch ms. */
  readonly ts: number;
}

/** Payload of `voicewake.changed`, and result of `voicewake.get` and `voicewake.set`. */
export interface VoiceWakePayload {
  /** Words to listen for. */
  readonly triggers: readonly string[];
}

/** Events about voice. */
export const TALK_EVENTS = {
  "talk.mode": event<TalkModePayload>({
    scope: "operator.talk",
    dropIfSlow: true,
    summary: "When somebody calls talk.mode.",
  }),
  "voicewake.changed": event<VoiceWakePayload>({
    scope: "operator.read",
    dropIfSlow: true,
    summary: "When the words change; to nodes also right after their hello, without seq.",
  }),
};
