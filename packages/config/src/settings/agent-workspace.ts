import { join } from "node:path";
import { slugAgentId } from "../agent-id.ts";
import type { Paths } from "../paths.ts";
import type { OpenClawConfig } from "../schema/config-schema.ts";

/** Folder an agent works in: its own, that of the defaults for the default agent, else one below the state folder. */
export function agentWorkspace(
  { agents }: OpenClawConfig,
  { stateDir, workspaceDir }: Pick<Paths, "stateDir" | "workspaceDir">,
  agentId: string,
): string {
  const { list = [], defaults } = agents ?? {};
  const own = list.find(({ id }) => slugAgentId(id) === agentId)?.workspace;
  const first = list.find((agent) => agent.default === true) ?? list[0];
  const isDefault = slugAgentId(first?.id ?? "main") === agentId;
  const shared = isDefault ? (defaults?.workspace ?? workspaceDir) : join(stateDir, `workspace-${agentId}`);
  return own ?? shared;
}
