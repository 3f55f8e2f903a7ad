import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, tell, type CommandContext } from "../../context.ts";
import { deviceLines } from "./lines.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
}

/** `devices list`: who waits and who is in. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io } = context;
  const lists = await withGateway(context, options, (client) => client.request("device.pair.list"));
  if (options.json) printJson(io, lists);
  else tell(io, ...deviceLines(lists, io.now()));
  return 0;
}
