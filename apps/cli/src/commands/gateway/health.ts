import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, tell, type CommandContext } from "../../context.ts";
import { channelLines } from "../../health/channel-lines.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
}

/** `gateway health`: the RPC `health`, plain. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const health = await withGateway(context, options, (client) => client.request("health"));
  if (options.json) printJson(context.io, health);
  else tell(context.io, "Gateway Health", `OK (${health.durationMs}ms)`, ...channelLines(health));
  return 0;
}
