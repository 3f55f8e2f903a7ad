import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { findDrift } from "./drift.ts";
import { lookAtService } from "./service-look.ts";

/**
 * The command line that puts this installation's gateway in the place of the one that runs. The service's is restarted, or
 * installed again where a restart would only bring the old one back; one in the foreground has no supervisor to ask, and
 * the new one takes its port.
 *
 * @param pid process of the one that runs, where it is known
 */
export async function replacementCommand(context: CommandContext, pid: number | undefined): Promise<string> {
  const { program } = context;
  const { own, state } = await lookAtService(context);
  const { command, runtime, loaded, needsReload = false } = state;
  const isService = loaded && runtime.pid !== undefined && (pid ?? runtime.pid) === runtime.pid;
  if (!isService || own === undefined || command === undefined) return `${program} gateway --force`;
  const port = Number(new URL(findLocalTarget(context).url).port);
  const drift = await findDrift(context, { own, command, port, needsReload, scope: "full" });
  const isStale = drift.some(({ severity }) => severity !== "info");
  return `${program} gateway ${isStale ? "install --force" : "restart"}`;
}
