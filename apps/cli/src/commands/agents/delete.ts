import { deleteAgentChanges, displayPath, hasAgent, slugAgentId } from "@openclaw/config";

import { setAside, type SetAside } from "../../agents/set-aside.ts";
import { unreadable } from "../../config/refusals.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { complain, print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { canAsk } from "../../removal/agreement.ts";

/**
 * `agents delete <id>`: takes an agent and the bindings that lead to it out of the configuration. Its files are put
 * aside, its sessions stay in the store. Docs: configuration.md#agents
 */
export async function run(
  context: CommandContext,
  options: SaveFlags,
  words: readonly string[],
): Promise<number> {
  const { io, paths, loaded, program } = context;
  if (!loaded.valid) throw unreadable(context);
  const agentId = slugAgentId(words[0] ?? "");
  if (agentId === "main") throw new CliFailure('"main" cannot be deleted', { code: "usage" });
  if (!hasAgent(loaded, agentId)) {
    throw new CliFailure(`there is no agent ${agentId}`, {
      code: "not_found",
      hint: `${program} agents list`,
    });
  }
  if (!(await isWanted(context, options, agentId))) {
    print(io, "Nothing was changed.");
    return 0;
  }
  let removedBindings = 0;
  const found = await plan(
    context,
    {
      kind: "change",
      changes: (before) => {
        const removal = deleteAgentChanges(before, agentId);
        ({ removedBindings } = removal);
        return removal.changes;
      },
    },
    // Its settings may be most there are; to delete an agent says so.
    { ...options, force: true },
  );
  const flags = { ...options, force: true };
  const saved = await save(context, found, { flags, command: ["agents", "delete", agentId] });
  const aside = options.dryRun ? NOTHING : await movedAside(context, agentId);
  if (options.json) printJson(io, { ...saved, agentId, removedBindings, ...aside });
  else {
    const shown = (path: string) => displayPath(path, paths.home);
    print(
      io,
      `${options.dryRun ? "Would delete" : "Deleted"} the agent ${agentId} and ${count(removedBindings)}.`,
      ...aside.moved.map(({ from, to }) => `Moved ${shown(from)} to ${shown(to)}`),
      ...aside.kept.map((path) => `Left alone: ${shown(path)}`),
      saved.outcome,
    );
  }
  return 0;
}

const NOTHING: SetAside = { moved: [], kept: [] };

async function isWanted(context: CommandContext, flags: SaveFlags, agentId: string): Promise<boolean> {
  const { io, program } = context;
  if (flags.force || flags.dryRun) return true;
  if (canAsk(context, flags))
    return /^\s*y/i.test(await io.ask(`Delete the agent ${agentId}? Its files are put aside. [y/N] `));
  const message = "this deletes an agent, and here nobody can be asked: add --force";
  throw new CliFailure(message, { code: "usage", hint: `${program} agents delete ${agentId} --force` });
}

/** The agent is gone by now: what cannot be moved is said, and stays. */
async function movedAside(context: CommandContext, agentId: string): Promise<SetAside> {
  try {
    return await setAside(context, agentId);
  } catch (error) {
    complain(
      context.io,
      `Its files stay where they are: ${error instanceof Error ? error.message : String(error)}`,
    );
    return NOTHING;
  }
}

function count(bindings: number): string {
  return bindings === 1 ? "1 binding" : `${bindings} bindings`;
}
