import { patient } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import type { NodeFlags } from "./flags.ts";
import { requestLines } from "./lines.ts";

/** `nodes pending`: what nodes offer and nobody has approved yet. */
export async function run(context: CommandContext, options: NodeFlags): Promise<number> {
  const { io } = context;
  const { pending } = await withGateway(context, patient(options), (client) =>
    client.request("node.pair.list"),
  );
  if (options.json) printJson(io, pending);
  else print(io, ...requestLines(pending, io.now()));
  return 0;
}
