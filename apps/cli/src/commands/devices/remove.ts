import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
}

/** `devices remove <deviceId>`. */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const [deviceId = ""] = words;
  const removed = await withGateway(context, options, (client) =>
    client.request("device.pair.remove", { deviceId }),
  );
  if (options.json) printJson(context.io, removed);
  else print(context.io, `Removed ${removed.deviceId}; its connections are closed.`);
  return 0;
}
