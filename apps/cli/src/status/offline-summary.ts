import type { Methods } from "@openclaw/client";

import { agentIds } from "../agents/configured-agents.ts";
import type { CommandContext } from "../context.ts";
import { parseDuration } from "../output/duration.ts";

type StatusSummary = Methods["status"]["result"];

const DEFAULT_HEARTBEAT = "30m";

/** The summary of a gateway that cannot be asked: what the configuration alone says, sessions as zeros. */
export function offlineSummary(context: CommandContext): StatusSummary {
  const ids = agentIds(context);
  const { defaults, list = [] } = context.loaded.config.agents ?? {};
  const heartbeats = ids.map((agentId) => {
    const own = list.find(({ id }) => id === agentId)?.heartbeat;
    const setting = own?.every ?? defaults?.heartbeat?.every ?? DEFAULT_HEARTBEAT;
    const every = typeof setting === "number" ? `${setting}m` : setting;
    const everyMs = parseDuration(every) ?? null;
    return { agentId, enabled: everyMs !== 0, every, everyMs };
  });
  return {
    heartbeat: { defaultAgentId: ids[0], agents: heartbeats },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: {
      paths: [],
      count: 0,
      defaults: { model: null, contextTokens: null },
      recent: [],
      byAgent: [],
    },
  };
}
