import { join } from "node:path";
import type { CommandInfo } from "@openclaw/agents";
import type { CommandView, ToolsCatalog } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";
import { answerOf } from "./refusals.ts";

/** Profiles an agent's tool policy can name. */
const PROFILES = [
  { id: "minimal", label: "Minimal" },
  { id: "coding", label: "Coding" },
  { id: "messaging", label: "Messaging" },
  { id: "full", label: "Full" },
] as const;

/** What agents can do beside talking: what is really there, which is nothing where a part is not built. */
export function abilityMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "tools.catalog": ({ params: { agentId }, connection }) =>
      answerOf("tools.catalog", connection, () => {
        const { tools, ...agent } = context.agents.tools(agentId);
        return { ...agent, profiles: PROFILES, groups: groupsOf(tools) };
      }),

    "tools.effective": ({ params: { sessionKey, agentId }, connection }) =>
      answerOf("tools.effective", connection, () => {
        const { agentId: owner } = context.agents.identity({ sessionKey, ...given({ agentId }) });
        const { tools, ...agent } = context.agents.tools(owner);
        return { ...agent, groups: groupsOf(tools) };
      }),

    // Commands are the same for all agents; asking for one that does not exist is still a mistake.
    "commands.list": ({ params: { agentId, scope }, connection }) =>
      answerOf("commands.list", connection, () => {
        context.agents.tools(agentId);
        return { commands: scope === "native" ? [] : context.agents.commands().map(commandView) };
      }),

    // Agents of this build are told of no skills, whatever lies in the folders.
    "skills.status": ({ params: { agentId }, connection }) =>
      answerOf("skills.status", connection, () => {
        const id = context.agents.tools(agentId).agentId;
        return {
          workspaceDir: context.workspaceDir(id),
          managedSkillsDir: join(context.paths.stateDir, "skills"),
          skills: [],
        };
      }),

    "skills.bins": () => ({ bins: [] }),

    "doctor.memory.status": () => ({
      agentId: context.agents.agentsList().defaultId,
      provider: "none",
      embedding: { ok: false, error: "This build has no memory search." },
    }),
  });
}

function groupsOf(tools: ReturnType<GatewayContext["agents"]["tools"]>["tools"]): ToolsCatalog["groups"] {
  if (tools.length === 0) return [];
  const shown = tools.map(({ name, description }) => ({
    ...{ id: name, label: name, description, source: "core" as const },
    defaultProfiles: ["full"],
  }));
  return [{ id: "core", label: "Core", source: "core", tools: shown }];
}

function commandView({ name, aliases, summary, category }: CommandInfo): CommandView {
  const textAliases = [name, ...aliases].map((alias) => `/${alias}`);
  return {
    ...{ name, textAliases, description: summary, category: category.toLowerCase() },
    ...{ source: "native", scope: "text" },
  };
}
