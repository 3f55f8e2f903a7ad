import type { AgentConfig, AgentsConfig } from "../config.ts";
import { AgentsError } from "../errors.ts";
import { canonicalSessionKey, formatSessionKey, parseSessionKey, slugAgentId } from "./session-key.ts";

/** Which agents there are and which one answers by default. Docs: configuration.md#agents */
export interface Roster {
  readonly defaultId: string;
  /** By slugged id, in configured order; never empty. */
  readonly agents: ReadonlyMap<string, AgentConfig>;
}

/** The configured agents; without any there is `main`. */
export function rosterOf(config: AgentsConfig): Roster {
  const agents = new Map<string, AgentConfig>();
  for (const agent of config.agents?.list ?? []) {
    const id = slugAgentId(agent.id);
    if (!agents.has(id)) agents.set(id, agent);
  }
  if (agents.size === 0) agents.set("main", { id: "main" });
  const flagged = [...agents].find(([, agent]) => agent.default === true);
  const [first = "main"] = agents.keys();
  return { defaultId: flagged?.[0] ?? first, agents };
}

/** A session that is known to belong to a configured agent. */
export interface SessionAddress {
  /** Canonical. */
  readonly key: string;
  readonly agentId: string;
}

/**
 * Finds agent and canonical key of a request: an explicit agent, else the one in the key, else the default.
 * @throws {AgentsError} unknown_agent, malformed_session_key, agent_mismatch
 */
export function resolveSession(
  config: AgentsConfig,
  request: { readonly sessionKey?: string | undefined; readonly agentId?: string | undefined },
): SessionAddress {
  const roster = rosterOf(config);
  const agentId = request.agentId === undefined ? undefined : knownAgent(roster, request.agentId);
  const raw = request.sessionKey;
  const parsed = raw === undefined ? undefined : parseSessionKey(raw);
  if (parsed?.kind === "agent" && agentId !== undefined && parsed.agentId !== agentId) {
    const other = parsed.agentId;
    throw new AgentsError("agent_mismatch", `agent "${agentId}" does not match session key agent "${other}"`);
  }
  if (parsed?.kind === "agent") knownAgent(roster, parsed.agentId);
  const owner = parsed?.kind === "agent" ? parsed.agentId : (agentId ?? roster.defaultId);
  const { mainKey, scope } = config.session ?? {};
  const key = canonicalSessionKey(raw, { agentId: owner, mainKey, scope });
  if (key === undefined) {
    throw new AgentsError("malformed_session_key", `malformed session key "${(raw ?? "").slice(0, 100)}"`);
  }
  return { key, agentId: owner };
}

/** Canonical key of an agent's main session. */
export function mainSessionKey(config: AgentsConfig, agentId: string): string {
  return config.session?.scope === "global" ? "global" : formatSessionKey(agentId, "main");
}

function knownAgent(roster: Roster, text: string): string {
  const id = slugAgentId(text);
  if (roster.agents.has(id)) return id;
  throw new AgentsError("unknown_agent", `unknown agent id "${text.slice(0, 100)}"`);
}
