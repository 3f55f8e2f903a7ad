import { formatModelRef } from "../models/catalog.ts";
import { parseThinkingLevel, selectModels } from "../models/selection.ts";
import { rosterOf } from "../sessions/roster.ts";
import type { Command, CommandContext } from "./command.ts";

/** The card of a session: model, key, tokens, context, queue. Never a key itself. */
export const statusCommand: Command = {
  name: "status",
  aliases: [],
  summary: "Show model, usage and state of this session",
  category: "Status",
  reply: (context) => statusCard(context),
};

function statusCard({ ctx, run, entry, queueDepth }: CommandContext): string {
  const config = ctx.config();
  const catalog = ctx.catalog();
  const agent = rosterOf(config).agents.get(run.agentId);
  const { selected } = selectModels({ catalog, config, agent, entry, requested: undefined });
  const window = config.agents?.defaults?.contextTokens ?? catalog.info(selected).contextWindow;
  const used = entry?.totalTokens ?? 0;
  const percent = Math.min(999, Math.floor((used / window) * 100));
  const level =
    entry?.thinkingLevel ?? entry?.notedThinking ?? config.agents?.defaults?.thinkingDefault ?? "off";
  const updated = entry === undefined ? "just now" : agoText(ctx.now() - entry.updatedAt);
  return [
    ...(ctx.version === undefined ? [] : [`🦞 OpenClaw ${ctx.version}`]),
    `🧠 Model: ${formatModelRef(selected)} · 🔑 ${catalog.keySourceOf(selected)}`,
    ...(entry?.inputTokens === undefined
      ? []
      : [`🧮 Tokens: ${entry.inputTokens} in / ${entry.outputTokens ?? 0} out`]),
    ...(entry?.fallbackNoticeActiveModel === undefined
      ? []
      : [`↪️ Fallback: ${entry.fallbackNoticeActiveModel} (${entry.fallbackNoticeReason ?? "unknown"})`]),
    `📚 Context: ${shortCount(used)}/${shortCount(window)} (${percent}%) · 🧹 Compactions: ${entry?.compactionCount ?? 0}`,
    `🧵 Session: ${run.sessionKey} • updated ${updated}`,
    `⚙️ Runtime: direct · Think: ${parseThinkingLevel(level) ?? "off"}`,
    `🪢 Queue: collect (depth ${queueDepth})`,
  ].join("\n");
}

function agoText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes}m ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h ago` : `${Math.floor(minutes / 1440)}d ago`;
}

function shortCount(count: number): string {
  return count < 1000 ? String(count) : `${Math.round(count / 1000)}k`;
}
