import type { AgentsList } from "@openclaw/agents";
import { invalidRequest, type Checked } from "../reply.ts";

/** Which agent answers. */
export interface Target {
  readonly agentId: string;
  /** The caller named the agent; otherwise a session key may still name another one. */
  readonly isExplicit: boolean;
}

/** What a request says about its agent: headers first, then `model`. */
export interface TargetChoice {
  readonly header: string | undefined;
  readonly model: unknown;
}

const AGENT_MODEL = /^(?:openclaw[:/]|agent:)([a-z0-9][a-z0-9_-]{0,63})$/;
const UNKNOWN_MODEL = "Invalid `model`. Use `openclaw` or `openclaw/<agentId>`.";

/**
 * Selects the agent. A name nobody configured is refused: it must not run an agent with default settings.
 *
 * Docs: protocol.md#chat-completions
 */
export function resolveTarget(choice: TargetChoice, agents: AgentsList): Checked<Target> {
  const header = choice.header?.trim();
  if (header) return explicitTarget(header, agents);
  const { model } = choice;
  if (model === undefined || model === null) return defaultTarget(agents);
  const name = typeof model === "string" ? model.trim().toLowerCase() : "";
  if (name === "openclaw" || name === "openclaw/default") return defaultTarget(agents);
  const agentId = AGENT_MODEL.exec(name)?.[1];
  return agentId === undefined ? invalidRequest(UNKNOWN_MODEL) : explicitTarget(agentId, agents);
}

function defaultTarget(agents: AgentsList): Checked<Target> {
  return { ok: true, value: { agentId: agents.defaultId, isExplicit: false } };
}

function explicitTarget(name: string, agents: AgentsList): Checked<Target> {
  const agentId = name.toLowerCase();
  const isKnown = agentId === agents.defaultId || agents.agents.some((agent) => agent.id === agentId);
  if (!isKnown) return invalidRequest(`Unknown agent '${agentId.slice(0, 64)}'.`);
  return { ok: true, value: { agentId, isExplicit: true } };
}
