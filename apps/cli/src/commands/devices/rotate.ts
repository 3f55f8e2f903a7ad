import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

interface Options extends ConnectionFlags {
  readonly device: string;
  readonly role: string;
  readonly scope?: readonly string[];
  readonly json?: boolean;
}

/** `devices rotate --device <id> --role <role>`. The gateway shows the new token to its own device only. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { device: deviceId, role, scope } = options;
  const params = { deviceId, role, ...(scope !== undefined && { scopes: [...scope] }) };
  const rotated = await withGateway(context, options, (client) =>
    client.request("device.token.rotate", params),
  );
  if (options.json) printJson(context.io, rotated);
  else {
    const worth = rotated.scopes.length === 0 ? "no scopes" : rotated.scopes.join(", ");
    print(
      context.io,
      `Rotated the ${role} token of ${deviceId} (${worth}); the old one is refused from now on.`,
    );
  }
  return 0;
}
