import { patient } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { findNode } from "./find-node.ts";
import type { NodeFlags } from "./flags.ts";
import { describeLines } from "./lines.ts";

interface Options extends NodeFlags {
  readonly node: string;
}

/** `nodes describe --node <node>`. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const node = await withGateway(context, patient(options), async (client) => {
    const { nodeId } = await findNode(client, context, options.node);
    return client.request("node.describe", { nodeId });
  });
  if (options.json) printJson(context.io, node);
  else print(context.io, ...describeLines(node));
  return 0;
}
