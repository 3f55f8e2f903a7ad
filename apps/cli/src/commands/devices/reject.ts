import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

interface Options extends ConnectionFlags {
  readonly json?: boolean;
}

/** `devices reject <requestId>`. */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const [requestId = ""] = words;
  const rejected = await withGateway(context, options, (client) =>
    client.request("device.pair.reject", { requestId }),
  );
  if (options.json) printJson(context.io, rejected);
  else print(context.io, `Rejected ${rejected.deviceId}.`);
  return 0;
}
