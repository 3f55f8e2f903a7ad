import type { CommandContext } from "../../context.ts";
import { type ActionFlags, reportAction } from "../../service/action.ts";
import { stopService } from "../../service/lifecycle.ts";
import type { OwnService } from "../../service/own-service.ts";

/** `gateway stop`: stops the service; done when process and port are gone. */
export async function run(context: CommandContext, flags: ActionFlags): Promise<number> {
  const perform = (own: OwnService) => stopService(context, own);
  return reportAction(context, { name: "stop", flags, perform });
}
