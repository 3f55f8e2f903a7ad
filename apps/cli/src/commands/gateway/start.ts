import type { CommandContext } from "../../context.ts";
import { type ActionFlags, reportAction } from "../../service/action.ts";
import { startService } from "../../service/lifecycle.ts";
import type { OwnService } from "../../service/own-service.ts";

/** `gateway start`: starts the service; done when its gateway answers. */
export async function run(context: CommandContext, flags: ActionFlags): Promise<number> {
  const perform = (own: OwnService) => startService(context, own);
  return reportAction(context, { name: "start", flags, hintLabel: "Start with", perform });
}
