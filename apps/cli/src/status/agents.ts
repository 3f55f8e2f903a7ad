import type { Methods } from "@openclaw/client";

import { agentIds, workspaceDir } from "../agents/configured-agents.ts";
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
