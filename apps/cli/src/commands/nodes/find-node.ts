import type { Client, Methods } from "@openclaw/client";

import type { CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

type Node = Methods["node.list"]["result"]["nodes"][number];

/** The node somebody means: by id, by name whatever its case, or by how its id begins, if only one does. */
export async function findNode(client: Client, { program }: CommandContext, meant: string): Promise<Node> {
  const { nodes } = await client.request("node.list");
  const exact = nodes.filter(({ nodeId }) => nodeId === meant);
  const named = nodes.filter(({ displayName }) => displayName?.toLowerCase() === meant.toLowerCase());
  const begun = nodes.filter(({ nodeId }) => nodeId.startsWith(meant));
  const [found, ...others] = [exact, named, begun].find(({ length }) => length > 0) ?? [];
  const hint = `${program} nodes status`;
  if (found === undefined) throw new CliFailure(`unknown node: ${meant}`, { code: "not_found", hint });
  if (others.length > 0)
    throw new CliFailure(`${others.length + 1} nodes are meant by "${meant}": use an id`, {
      code: "usage",
      hint,
    });
  return found;
}
