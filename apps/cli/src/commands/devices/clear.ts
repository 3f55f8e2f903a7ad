import { openDevice } from "@openclaw/client/node";

import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options extends ConnectionFlags {
  readonly yes?: boolean;
  readonly pending?: boolean;
  readonly json?: boolean;
}

/** `devices clear --yes [--pending]`: forgets every paired device, and on demand turns away those that wait. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  if (!options.yes) {
    const hint = `${context.program} devices clear --yes`;
    throw new CliFailure("this forgets every paired device; say --yes to go on", { code: "usage", hint });
  }
  const { identity } = await openDevice(context.paths.stateDir);
  const cleared = await withGateway(context, options, async (client) => {
    const { pending, paired } = await client.request("device.pair.list");
    const rejected: string[] = [];
    for (const { requestId } of options.pending ? pending : []) {
      await client.request("device.pair.reject", { requestId });
      rejected.push(requestId);
    }
    // Our own device comes last: forgetting it ends this connection.
    const isOurs = ({ deviceId }: { readonly deviceId: string }) => deviceId === identity.deviceId;
    const removed: string[] = [];
    for (const { deviceId } of [...paired.filter((device) => !isOurs(device)), ...paired.filter(isOurs)]) {
      await client.request("device.pair.remove", { deviceId });
      removed.push(deviceId);
    }
    return { removed, rejected };
  });
  const { removed, rejected } = cleared;
  if (options.json) printJson(context.io, cleared);
  else {
    print(context.io, `Removed ${count(removed)}; their connections are closed.`);
    if (options.pending) print(context.io, `Rejected ${count(rejected)}.`);
  }
  return 0;
}

function count({ length }: readonly string[]): string {
  return length === 1 ? "1 device" : `${length} devices`;
}
