import type { Methods } from "@openclaw/client";

import { formatAge } from "../output/duration.ts";
import { channelLines } from "./channel-lines.ts";

type Health = Methods["health"]["result"];

/** The lines of `openclaw health`: channels, agents, heartbeats, session stores. */
export function healthLines(health: Health): string[] {
  const agents = health.agents.map(({ agentId, isDefault }) =>
    isDefault ? `${agentId} (default)` : agentId,
  );
  const heartbeats = health.agents.map(
    ({ agentId, heartbeat }) => `${heartbeat.enabled ? heartbeat.every : "disabled"} (${agentId})`,
  );
  return [
    ...channelLines(health),
    `Agents: ${agents.join(", ")}`,
    `Heartbeat interval: ${heartbeats.join(", ")}`,
    ...health.agents.flatMap(sessionLines),
  ];
}

function sessionLines({ agentId, sessions }: Health["agents"][number]): string[] {
  return [
    `Session store (${agentId}): ${sessions.path} (${sessions.count} ${sessions.count === 1 ? "entry" : "entries"})`,
    ...sessions.recent.map(
      ({ key, updatedAt, age }) => `- ${key} (${updatedAt ? formatAge(age) : "no activity"})`,
    ),
  ];
}
