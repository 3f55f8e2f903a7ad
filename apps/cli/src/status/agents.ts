import { join } from "node:path";

import type { Methods } from "@openclaw/client";

import type { CommandContext } from "../context.ts";

type StatusSummary = Methods["status"]["result"];

/** Agents in the report of `openclaw status`. */
export interface AgentsReport {
  readonly defaultId: string;
  readonly agents: readonly {
    readonly id: string;
    readonly workspaceDir: string;
    readonly bootstrapPending: boolean;
    readonly sessionsPath: string;
    readonly sessionsCount: number;
    readonly lastUpdatedAt: number | null;
    readonly lastActiveAgeMs: number | null;
  }[];
  readonly totalSessions: number;
  readonly bootstrapPendingCount: number;
}

/** Ids of the configured agents, the default one first; there is always one. */
export function agentIds({ loaded }: CommandContext): readonly [string, ...string[]] {
  const list = loaded.config.agents?.list ?? [];
  const first = list.find((agent) => agent.default === true) ?? list[0];
  if (!first) return ["main"];
  return [first.id, ...list.filter((agent) => agent !== first).map(({ id }) => id)];
}

/** Agents of the configuration with what the gateway knows of their sessions. */
export function agentsReport(context: CommandContext, summary: StatusSummary): AgentsReport {
  const ids = agentIds(context);
  const agents = ids.map((id) => {
    const sessions = summary.sessions.byAgent.find(({ agentId }) => agentId === id);
    const latest = sessions?.recent[0];
    return {
      id,
      workspaceDir: workspaceDir(context, id),
      bootstrapPending: false,
      sessionsPath: sessions?.path ?? context.paths.storePath,
      sessionsCount: sessions?.count ?? 0,
      lastUpdatedAt: latest?.updatedAt ?? null,
      lastActiveAgeMs: latest?.age ?? null,
    };
  });
  return { defaultId: ids[0], agents, totalSessions: summary.sessions.count, bootstrapPendingCount: 0 };
}

function workspaceDir(context: CommandContext, id: string): string {
  const { loaded, paths } = context;
  const { list = [], defaults } = loaded.config.agents ?? {};
  const own = list.find((agent) => agent.id === id)?.workspace;
  const isDefault = id === agentIds(context)[0];
  const shared = isDefault
    ? (defaults?.workspace ?? paths.workspaceDir)
    : join(paths.stateDir, `workspace-${id}`);
  return own ?? shared;
}
