import { join } from "node:path";

import type { CommandContext } from "../context.ts";

/** Ids of the configured agents, the default one first; there is always one. */
export function agentIds({ loaded }: CommandContext): readonly [string, ...string[]] {
  const list = loaded.config.agents?.list ?? [];
  const first = list.find((agent) => agent.default === true) ?? list[0];
  if (!first) return ["main"];
  return [first.id, ...list.filter((agent) => agent !== first).map(({ id }) => id)];
}

/** Folder an agent works in. */
export function workspaceDir(context: CommandContext, id: string): string {
  const { loaded, paths } = context;
  const { list = [], defaults } = loaded.config.agents ?? {};
  const own = list.find((agent) => agent.id === id)?.workspace;
  const isDefault = id === agentIds(context)[0];
  const shared = isDefault
    ? (defaults?.workspace ?? paths.workspaceDir)
    : join(paths.stateDir, `workspace-${id}`);
  return own ?? shared;
}
