import { patient } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { findNode } from "./find-node.ts";
import type { NodeFlags } from "./flags.ts";

interface Options extends NodeFlags {
  readonly node: string;
  readonly name: string;
}

/** `nodes rename --node <node> --name <name>`. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const renamed = await withGateway(context, patient(options), async (client) => {
    const { nodeId } = await findNode(client, context, options.node);
    return client.request("node.rename", { nodeId, displayName: options.name });
  });
  if (options.json) printJson(context.io, renamed);
  else print(context.io, `${renamed.nodeId} is now called ${renamed.displayName}.`);
  return 0;
}
