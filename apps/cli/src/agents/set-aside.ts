import { rename } from "node:fs/promises";
import { join } from "node:path";

import { errorCode } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { isInside } from "../removal/places.ts";
import { agentIds, workspaceDir } from "./configured-agents.ts";

/** What becomes of the files of an agent that is deleted. */
export interface SetAside {
  /** Folders that are elsewhere now. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** Folders that stay where they are: they lie outside the state folder, or somebody else uses them. */
  readonly kept: readonly string[];
}

/**
 * Moves the folders of an agent that are below the state folder aside, each to `<folder>.deleted-<time>`. Nothing is
 * deleted, and a folder that an operator chose himself is not touched.
 *
 * @param context with the configuration that still has the agent
 */
export async function setAside(context: CommandContext, agentId: string): Promise<SetAside> {
  const { stateDir } = context.paths;
  const stamp = new Date(context.io.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const workspace = workspaceDir(context, agentId);
  const isOwn = isOwnFolder(context, agentId, workspace);
  const moved: { from: string; to: string }[] = [];
  for (const from of [...(isOwn ? [workspace] : []), join(stateDir, "agents", agentId)]) {
    const to = `${from}.deleted-${stamp}`;
    if (await isMoved(from, to)) moved.push({ from, to });
  }
  return { moved, kept: isOwn ? [] : [workspace] };
}

/** Whether a folder lies below the state folder, and apart from every folder that another agent works in. */
function isOwnFolder(context: CommandContext, agentId: string, folder: string): boolean {
  const { stateDir } = context.paths;
  const others = agentIds(context)
    .filter((id) => id !== agentId)
    .map((id) => workspaceDir(context, id));
  const isShared = others.some((other) => isInside(folder, other) || isInside(other, folder));
  return folder !== stateDir && isInside(stateDir, folder) && !isShared;
}

/** False where there is nothing to move. */
async function isMoved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
