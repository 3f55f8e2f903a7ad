import type { SettingStore } from "@openclaw/store";

const DEFAULTS: readonly string[] = ["openclaw", "claude", "computer"];
const MAX_TRIGGERS = 32;
const MAX_CHARS = 64;
const NAME = "voicewake.triggers";

/** The words that wake an assistant, kept over restarts. */
export interface VoiceWake {
  readonly triggers: readonly string[];
  /** Reads what was set before. Call once the state is open. */
  load(): Promise<void>;
  /** Sets words, cleaned; none means the usual ones. Durable when it resolves. */
  set(triggers: readonly string[]): Promise<void>;
}

export function createVoiceWake(settings: () => SettingStore): VoiceWake {
  let triggers = DEFAULTS;
  return {
    get triggers() {
      return triggers;
    },
    load: async () => {
      const stored = await settings().get(NAME);
      if (Array.isArray(stored)) triggers = cleaned(stored.filter((word) => typeof word === "string"));
    },
    set: async (words) => {
      const next = cleaned(words);
      await settings().put(NAME, next);
      triggers = next;
    },
  };
}

function cleaned(words: readonly string[]): readonly string[] {
  const kept = words
    .map((word) => word.trim().slice(0, MAX_CHARS))
    .filter((word) => word !== "")
    .slice(0, MAX_TRIGGERS);
  return kept.length === 0 ? DEFAULTS : kept;
}
