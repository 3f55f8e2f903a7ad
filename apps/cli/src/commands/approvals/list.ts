import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, tell, type CommandContext } from "../../context.ts";
import { pendingLines } from "./lines.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
}

/** `approvals list`: commands that wait for a decision. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const waiting = await withGateway(context, options, (client) => client.request("exec.approval.list"));
  if (options.json) printJson(io, waiting);
  else tell(io, ...pendingLines(waiting, io.now()));
  return 0;
}
