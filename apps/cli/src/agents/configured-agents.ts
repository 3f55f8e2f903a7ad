import { agentWorkspace } from "@openclaw/config";

import type { CommandContext } from "../context.ts";

/** Ids of the configured agents, the default one first; there is always one. */
export function agentIds({ loaded }: CommandContext): readonly [string, ...string[]] {
  const list = loaded.config.agents?.list ?? [];
  const first = list.find((agent) => agent.default === true) ?? list[0];
  if (!first) return ["main"];
  return [first.id, ...list.filter((agent) => agent !== first).map(({ id }) => id)];
}

/** Folder an agent works in. */
export function workspaceDir({ loaded, paths }: CommandContext, id: string): string {
  return agentWorkspace(loaded.config, paths, id);
}
