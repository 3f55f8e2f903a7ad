import { join } from "node:path";

import { displayPath, type OpenClawConfig } from "@openclaw/config";

import { agentIds, workspaceDir } from "../../agents/configured-agents.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { facts } from "../../output/entries.ts";

interface Options {
  readonly bindings?: boolean;
  readonly json?: boolean;
}

type Binding = NonNullable<OpenClawConfig["bindings"]>[number];

/** `agents list`: the agents of the configuration, and on demand which chats each of them answers. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const agents = agentIds(context).map((id, index) => agentOf(context, id, index === 0));
  if (options.json)
    printJson(
      io,
      agents.map(({ rules, ...agent }) => (options.bindings ? { ...agent, rules } : agent)),
    );
  else print(io, "Agents:", ...agents.flatMap((agent) => lines(agent, context, options.bindings === true)));
  return 0;
}

type Agent = ReturnType<typeof agentOf>;

function agentOf(context: CommandContext, id: string, isDefault: boolean) {
  const { agents, bindings = [] } = context.loaded.config;
  const own = agents?.list?.find((agent) => agent.id === id);
  const ownBindings = bindings.filter(({ agentId }) => agentId === id);
  const channels = new Set(ownBindings.map(({ match }) => match.channel));
  const unbound = isDefault ? ["default (no explicit rules)"] : [];
  return {
    id,
    ...(own?.name !== undefined && { name: own.name }),
    workspace: workspaceDir(context, id),
    agentDir: own?.agentDir ?? join(context.paths.stateDir, "agents", id, "agent"),
    bindings: ownBindings.length,
    isDefault,
    routes: channels.size > 0 ? [...channels] : unbound,
    rules: ownBindings.map(describe),
  };
}

// e.g. `telegram accountId=ops peer=group:-100`
function describe({ match: { channel, peer, ...rest } }: Binding): string {
  const chat = peer === undefined ? [] : [`peer=${peer.kind}:${peer.id}`];
  const others = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  return [channel, ...others, ...chat].join(" ");
}

function lines(agent: Agent, { paths }: CommandContext, withRules: boolean): string[] {
  const { id, name, isDefault, workspace, routes, bindings, rules } = agent;
  const title = facts([isDefault ? `${id} (default)` : id, name]);
  return [
    `- ${title}`,
    `  Workspace: ${displayPath(workspace, paths.home)}`,
    `  Routing rules: ${bindings}`,
    ...(routes.length > 0 ? [`  Routing: ${routes.join(", ")}`] : []),
    ...(withRules ? rules.map((rule) => `  - ${rule}`) : []),
  ];
}
