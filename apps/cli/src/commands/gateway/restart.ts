import type { CommandContext } from "../../context.ts";
import { type ActionFlags, reportAction } from "../../service/action.ts";
import { restartService } from "../../service/lifecycle.ts";
import type { OwnService } from "../../service/own-service.ts";

/** `gateway restart`: restarts the service; done when a new gateway answers. */
export async function run(context: CommandContext, flags: ActionFlags): Promise<number> {
  const perform = (own: OwnService) => restartService(context, own);
  return reportAction(context, { name: "restart", flags, hintLabel: "Start with", perform });
}
