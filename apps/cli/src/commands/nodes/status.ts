import { patient } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, tell, type CommandContext } from "../../context.ts";
import type { NodeFlags } from "./flags.ts";
import { nodeLines } from "./lines.ts";

/** `nodes status`: who is here, and what each may be asked for. */
export async function run(context: CommandContext, options: NodeFlags): Promise<number> {
  const list = await withGateway(context, patient(options), (client) => client.request("node.list"));
  if (options.json) printJson(context.io, list);
  else tell(context.io, ...nodeLines(list.nodes));
  return 0;
}
