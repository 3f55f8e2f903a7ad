import { patient, type ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, type CommandContext } from "../../context.ts";

/** `system heartbeat last`: the last heartbeat or `null`, as JSON in any case. */
export async function run(context: CommandContext, options: ConnectionFlags): Promise<number> {
  const last = await withGateway(context, patient(options), (client) => client.request("last-heartbeat", {}));
  printJson(context.io, last ?? null);
  return 0;
}
