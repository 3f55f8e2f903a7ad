import { patient, type ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, type CommandContext } from "../../context.ts";

/** `system presence`: the gateway and who is or was connected, as JSON in any case. */
export async function run(context: CommandContext, options: ConnectionFlags): Promise<number> {
  const entries = await withGateway(context, patient(options), (client) =>
    client.request("system-presence", {}),
  );
  printJson(context.io, entries);
  return 0;
}
