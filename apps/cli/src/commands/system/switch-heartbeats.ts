import { patient, type ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { printJson, type CommandContext } from "../../context.ts";

/** Switches heartbeats on or off in the running gateway; the answer is JSON in any case. */
export async function switchHeartbeats(
  context: CommandContext,
  options: ConnectionFlags,
  enabled: boolean,
): Promise<number> {
  const answer = await withGateway(context, patient(options), (client) =>
    client.request("set-heartbeats", { enabled }),
  );
  printJson(context.io, answer);
  return 0;
}
