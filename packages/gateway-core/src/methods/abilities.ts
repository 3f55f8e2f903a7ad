import { join } from "node:path";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
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
        const shown = tools.map(({ name, description }) => ({
          ...{ id: name, label: name, description, source: "core" as const },
          defaultProfiles: ["full"],
        }));
        const core = { id: "core", label: "Core", source: "core" as const, tools: shown };
        return { ...agent, profiles: PROFILES, groups: shown.length === 0 ? [] : [core] };
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
