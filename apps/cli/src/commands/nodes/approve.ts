import { patient } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import type { NodeFlags } from "./flags.ts";
import { nodeName } from "./lines.ts";

/** `nodes approve <requestId>`: only by its id, since what is approved is what was shown under it. */
export async function run(
  context: CommandContext,
  options: NodeFlags,
  words: readonly string[],
): Promise<number> {
  const [requestId = ""] = words;
  const approved = await withGateway(context, patient(options), (client) =>
    client.request("node.pair.approve", { requestId }),
  );
  const { node } = approved;
  if (options.json) printJson(context.io, approved);
  else
    print(
      context.io,
      `Approved ${nodeName(node)} (${node.nodeId}) for: ${(node.commands ?? []).join(", ") || "nothing"}.`,
    );
  return 0;
}
