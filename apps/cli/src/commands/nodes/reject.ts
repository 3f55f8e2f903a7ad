import { patient } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import type { NodeFlags } from "./flags.ts";

/** `nodes reject <requestId>`. */
export async function run(
  context: CommandContext,
  options: NodeFlags,
  words: readonly string[],
): Promise<number> {
  const [requestId = ""] = words;
  const rejected = await withGateway(context, patient(options), (client) =>
    client.request("node.pair.reject", { requestId }),
  );
  if (options.json) printJson(context.io, rejected);
  else print(context.io, `Rejected ${rejected.nodeId}.`);
  return 0;
}
