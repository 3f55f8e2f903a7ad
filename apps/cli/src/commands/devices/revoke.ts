import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

interface Options extends ConnectionFlags {
  readonly device: string;
  readonly role: string;
  readonly json?: boolean;
}

/** `devices revoke --device <id> --role <role>`. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { device: deviceId, role } = options;
  const revoked = await withGateway(context, options, (client) =>
    client.request("device.token.revoke", { deviceId, role }),
  );
  if (options.json) printJson(context.io, revoked);
  else print(context.io, `Revoked the ${role} token of ${deviceId}; its connections are closed.`);
  return 0;
}
