import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";

import {
  bindAgentChanges,
  createAgentChanges,
  displayPath,
  expandHome,
  hasAgent,
  slugAgentId,
} from "@openclaw/config";

import { workspaceDir } from "../../agents/configured-agents.ts";
import { unreadable } from "../../config/refusals.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { canAsk } from "../../removal/agreement.ts";

interface Options extends Omit<SaveFlags, "force"> {
  readonly workspace?: string;
  readonly model?: string;
  readonly agentDir?: string;
  readonly bind?: readonly string[];
  readonly nonInteractive?: boolean;
}

/** `agents add [name]`: puts an agent at the end of the list. Docs: configuration.md#agents */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const { io, paths, loaded, program } = context;
  if (!loaded.valid) throw unreadable(context);
  const name = (words[0] ?? (await askedName(context, options))).trim();
  const agentId = slugAgentId(name);
  // Also what a name without a single letter or digit comes to.
  if (agentId === "main")
    throw new CliFailure('"main" is reserved: give the agent another name', { code: "usage" });
  const matches = (options.bind ?? []).map(matchOf);
  const fields = {
    ...(name !== agentId && { name }),
    workspace: folder(context, options.workspace),
    model: options.model,
    agentDir: folder(context, options.agentDir),
  };
  const found = await plan(
    context,
    {
      kind: "change",
      changes: (before) => {
        if (hasAgent(before, agentId)) throw taken(agentId, program);
        return [
          ...createAgentChanges(before, agentId, fields),
          ...bindAgentChanges(before, agentId, matches),
        ];
      },
    },
    options,
  );
  const saved = await save(context, found, { flags: options, command: ["agents", "add", agentId] });
  const workspace = workspaceDir({ ...context, loaded: found.after }, agentId);
  if (!options.dryRun) await mkdir(workspace, { recursive: true, mode: 0o700 });
  if (options.json) printJson(io, { ...saved, agentId, workspace, bindings: matches.length });
  else {
    print(io, `${options.dryRun ? "Would add" : "Added"} the agent ${agentId}.`);
    print(io, `Workspace: ${displayPath(workspace, paths.home)}`, saved.outcome);
  }
  return 0;
}

async function askedName(context: CommandContext, options: Options): Promise<string> {
  const { io, program } = context;
  if (canAsk(context, options)) return io.ask("Name of the agent: ");
  throw new CliFailure("the agent needs a name", { code: "usage", hint: `${program} agents add <name>` });
}

function taken(agentId: string, program: string): CliFailure {
  return new CliFailure(`there is an agent ${agentId} already`, {
    code: "usage",
    hint: `${program} agents list`,
  });
}

function folder({ io, paths }: CommandContext, typed: string | undefined): string | undefined {
  return typed === undefined ? undefined : resolve(io.cwd, expandHome(typed.trim(), paths.home));
}

/** `telegram` is every account of the channel, `telegram:ops` one. */
function matchOf(text: string): { readonly channel: string; readonly accountId?: string } {
  const [, channel, accountId] = /^\s*([^:\s]+)(?::(\S+))?\s*$/u.exec(text) ?? [];
  if (channel !== undefined) return { channel, ...(accountId !== undefined && { accountId }) };
  throw new CliFailure(`invalid --bind: ${text} (use a channel, or channel:account)`, { code: "usage" });
}
