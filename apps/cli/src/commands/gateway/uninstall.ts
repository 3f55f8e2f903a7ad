import type { CommandContext } from "../../context.ts";
import { type ActionFlags, reportAction } from "../../service/action.ts";
import { refuseNix } from "../../service/install-service.ts";
import { uninstallService } from "../../service/lifecycle.ts";
import type { OwnService } from "../../service/own-service.ts";

/** `gateway uninstall`: stops the service and removes it; configuration and state stay. */
export async function run(context: CommandContext, flags: ActionFlags): Promise<number> {
  const perform = async (own: OwnService) => {
    refuseNix(context, "uninstall");
    return uninstallService(own);
  };
  return reportAction(context, { name: "uninstall", flags, perform });
}
