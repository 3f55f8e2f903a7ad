import type { ConnectionFlags } from "../../connection/flags.ts";
import type { CommandContext } from "../../context.ts";
import { switchHeartbeats } from "./switch-heartbeats.ts";

/** `system heartbeat disable`: until the next start; the configuration stays as it is. */
export async function run(context: CommandContext, options: ConnectionFlags): Promise<number> {
  return switchHeartbeats(context, options, false);
}
