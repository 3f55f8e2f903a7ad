import type { AgentIdentity } from "../agents.ts";
import type { AgentsConfig } from "../config.ts";
import { resolveSession, rosterOf } from "./roster.ts";

const NAME = "Assistant";

/**
 * How an agent presents itself: its identity, else its name, else that of the assistant in general.
 * @throws {AgentsError} unknown_agent, agent_mismatch, malformed_session_key
 */
export function identityOf(
  config: AgentsConfig,
  o: { readonly agentId?: string; readonly sessionKey?: string },
): AgentIdentity {
  const { agentId } = resolveSession(config, o);
  const agent = rosterOf(config).agents.get(agentId);
  const { name, avatar, emoji } = agent?.identity ?? {};
  const general = config.ui?.assistant;
  const shown = name ?? agent?.name ?? general?.name ?? NAME;
  return {
    agentId,
    name: shown,
    avatar: avatar ?? emoji ?? general?.avatar ?? [...shown.toUpperCase()][0] ?? "A",
    ...(emoji !== undefined && { emoji }),
  };
}
