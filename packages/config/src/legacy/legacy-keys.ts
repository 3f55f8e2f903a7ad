import { isRecord } from "../source/record.ts";
import {
  always,
  markDefaultAgent,
  type Move,
  moveAgents,
  moveAliases,
  moveFallbacks,
  moveForChannel,
  moveIdentity,
  moveItems,
  moveModels,
  moveToAudioModel,
  moveToGroups,
  moveToken,
  remove,
  say,
} from "./moves.ts";

/** A key of an older release. */
export interface LegacyKey {
  /** Dotted; `<…>` stands for any key or index. */
  readonly old: string;
  /** What says it today, with the same `<…>`; absent when nothing does. */
  readonly now?: string;
  /** Which values are old. @default all */
  readonly isOld?: (value: unknown) => boolean;
  /** How it gets there; `stays` when only the operator can say what to do. @default the value moves to `now` */
  readonly move?: Move | "stays";
}

const isFlag = (value: unknown) => typeof value === "boolean";
const isEmpty = (value: unknown) => isRecord(value) && Object.keys(value).length === 0;

const STREAM_MODES = {
  ...{ off: "off", partial: "partial", block: "block", progress: "progress" },
  ...{ replace: "partial", append: "block", status_final: "progress" },
};

/** Of a channel, and of each of its accounts. */
const STREAMING = ["telegram", "discord", "slack"].flatMap((id) =>
  [`channels.${id}`, `channels.${id}.accounts.<account>`].flatMap((block): readonly LegacyKey[] => {
    const [old, now] = [`${block}.streamMode`, `${block}.streaming`];
    const flag = { old: now, now, isOld: isFlag, move: say({ true: "partial", false: "off" }) };
    const nativeFlag = { old: now, now: `${block}.nativeStreaming`, isOld: isFlag };
    const mode = { old, now, move: say(STREAM_MODES) };
    return id === "slack" ? [nativeFlag, mode] : [mode, flag];
  }),
);

/**
 * The keys of older releases and what became of them. Rows are worked off in this order: what one of them makes may be
 * what a later one looks for. A key that stands nowhere here is never touched.
 *
 * Docs: configuration.md#old-keys
 */
export const LEGACY_KEYS: readonly LegacyKey[] = [
  ...["whatsapp", "telegram", "discord", "slack", "signal", "imessage", "msteams"].map((id) => ({
    old: id,
    now: `channels.${id}`,
  })),
  { old: "channels.telegram.requireMention", now: "channels.telegram.groups.*.requireMention" },

  { old: "routing.allowFrom", now: "channels.whatsapp.allowFrom", move: moveForChannel },
  {
    old: "routing.groupChat.requireMention",
    now: 'channels.<id>.groups."*".requireMention',
    move: moveToGroups("whatsapp", "telegram", "imessage"),
  },
  { old: "routing.groupChat.mentionPatterns", now: "messages.groupChat.mentionPatterns" },
  { old: "routing.groupChat", isOld: isEmpty, move: remove },
  { old: "routing.bindings", now: "bindings", move: moveItems },
  { old: "routing.agents", now: "agents.list", move: moveAgents },
  { old: "routing.defaultAgentId", now: "agents.list[].default", move: markDefaultAgent },
  { old: "routing.agentToAgent", now: "tools.agentToAgent" },
  { old: "routing.queue", now: "messages.queue" },
  { old: "routing.transcribeAudio", now: "tools.media.audio.models", move: moveToAudioModel },
  { old: "routing", isOld: isEmpty, move: remove },

  { old: "agent.allowedModels", now: "agents.defaults.models", move: moveModels },
  { old: "agent.modelAliases", now: "agents.defaults.models", move: moveAliases },
  { old: "agent.model", now: "agents.defaults.model" },
  { old: "agent.modelFallbacks", now: "agents.defaults.model.fallbacks", move: moveFallbacks },
  { old: "agent.imageModel", now: "agents.defaults.imageModel" },
  { old: "agent.imageModelFallbacks", now: "agents.defaults.imageModel.fallbacks", move: moveFallbacks },
  { old: "agent.tools", now: "tools" },
  { old: "agent.elevated", now: "tools.elevated" },
  { old: "agent.bash", now: "tools.exec" },
  { old: "agent.sandbox.tools", now: "tools.sandbox.tools" },
  { old: "agent.subagents.tools", now: "tools.subagents.tools" },
  { old: "agent.<setting>", now: "agents.defaults.<setting>" },
  { old: "agent", isOld: isEmpty, move: remove },

  { old: "identity", now: "agents.list[].identity", move: moveIdentity },
  { old: "memorySearch", now: "agents.defaults.memorySearch" },
  { old: "tools.bash", now: "tools.exec" },
  { old: "audio.transcription", now: "tools.media.audio.models", move: moveToAudioModel },
  { old: "gateway.token", now: "gateway.auth.token", move: moveToken },
  { old: "messages.queue.byProvider", now: "messages.queue.byChannel" },
  { old: "messages.tts.enabled", now: "messages.tts.auto", move: say({ true: "always", false: "off" }) },
  { old: "bindings.<n>.match.provider", now: "bindings.<n>.match.channel" },
  { old: "bindings.<n>.match.accountID", now: "bindings.<n>.match.accountId" },
  { old: "session.sendPolicy.rules.<n>.match.provider", now: "session.sendPolicy.rules.<n>.match.channel" },
  ...STREAMING,
  {
    old: "auth.profiles.anthropic:claude-cli.mode",
    now: "auth.profiles.anthropic:claude-cli.mode",
    isOld: (mode) => mode !== "oauth",
    move: always("oauth"),
  },
  { old: "bridge", move: "stays" },
];
