import { servicePort, type Step } from "@openclaw/service";

import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { actionFailure, type Done } from "../service/action.ts";
import { installService, type InstallFlags } from "../service/install-service.ts";
import { startService } from "../service/lifecycle.ts";
import { type OwnService, ownService } from "../service/own-service.ts";

/** What became of the service. */
export interface ServiceStep {
  readonly result: Done["result"];
  readonly warnings: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * Does what `gateway install` does; anew where the installed one listens on another port than the configuration says. One
 * that was installed before, and lies still, is started.
 *
 * @throws {CliFailure} what could not be done, and what was
 */
export async function settleService(context: CommandContext, flags: InstallFlags): Promise<ServiceStep> {
  try {
    const own = ownService(context);
    const force = await listensElsewhere(context, own);
    const { result, warnings = [], steps = [] } = await installService(context, own, { ...flags, force });
    if (result !== "already-installed") return { result, warnings, steps };
    const { status } = await own.supervisor.readRuntime();
    const started = status === "running" ? undefined : await startService(context, own);
    return { result: started?.result ?? result, warnings, steps: started?.steps ?? [] };
  } catch (error) {
    throw actionFailure(error, context, "install");
  }
}

async function listensElsewhere(context: CommandContext, { supervisor }: OwnService): Promise<boolean> {
  const command = await supervisor.readCommand();
  const installed = servicePort(command?.programArguments ?? []);
  return installed !== undefined && installed !== Number(new URL(findLocalTarget(context).url).port);
}
