import type { CommandContext } from "../../context.ts";
import { reportAction } from "../../service/action.ts";
import { installService, type InstallFlags } from "../../service/install-service.ts";
import type { OwnService } from "../../service/own-service.ts";

/** `gateway install`: has the supervisor start the gateway, now and from now on. */
export async function run(context: CommandContext, flags: InstallFlags): Promise<number> {
  const perform = (own: OwnService) => installService(context, own, flags);
  return reportAction(context, { name: "install", flags, hintLabel: "Reinstall with", perform });
}
