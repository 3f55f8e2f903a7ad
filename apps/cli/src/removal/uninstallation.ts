import type { Step } from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { actionFailure } from "../service/action.ts";
import { refuseNix } from "../service/install-service.ts";
import { uninstallService } from "../service/lifecycle.ts";
import type { OwnService } from "../service/own-service.ts";
import { lookAtService } from "../service/service-look.ts";
import type { Part } from "./places.ts";
import { completionLines, planRemoval, type Removal, removalLines, type RemovalFlags } from "./remove.ts";
import { refuseRunning } from "./running.ts";

/** Parts of `uninstall`; `app` is for older scripts: there is none here. */
export const UNINSTALL_SCOPES = ["service", "state", "workspace", "app"] as const;
export type UninstallScope = (typeof UNINSTALL_SCOPES)[number];

/** What would go. */
export interface Uninstallation {
  readonly scope: ReadonlySet<UninstallScope>;
  /** That is to be ended; undefined when there is none, or it is to stay. */
  readonly service: OwnService | undefined;
  readonly removal: Removal;
  readonly isNothing: boolean;
  /** What to do afterwards. */
  readonly next: readonly string[];
}

/** Looks at what there is of these parts; touches nothing. */
export async function planUninstallation(
  context: CommandContext,
  scope: ReadonlySet<UninstallScope>,
  flags: RemovalFlags,
): Promise<Uninstallation> {
  const { isInstalled, own } = await lookAtService(context);
  const service = isInstalled && scope.has("service") ? own : undefined;
  const removal = await planFiles(context, scope, flags);
  const next = [
    ...(isInstalled && service === undefined ? [`${context.program} gateway uninstall`] : []),
    ...completionLines(context, removal),
    ...(scope.size === UNINSTALL_SCOPES.length
      ? ["remove the command with the program that installed it"]
      : []),
  ];
  return { scope, service, removal, next, isNothing: service === undefined && removal.moved.length === 0 };
}

/**
 * Ends the service, and with it the gateway it runs; then takes the files away.
 *
 * @throws {CliFailure} the service does not end, a gateway runs that is not its, or a file cannot be moved
 */
export async function uninstall(
  context: CommandContext,
  { scope, service, removal: planned }: Uninstallation,
  flags: RemovalFlags,
): Promise<{ readonly steps: readonly Step[]; readonly removal: Removal }> {
  const steps = service === undefined ? [] : await endService(context, service);
  if (planned.moved.length > 0) await refuseRunning(context, "Uninstall");
  // Locks are gone with the gateway, and it may have written something in the end.
  const removal = await planFiles(context, scope, flags);
  await removal.perform();
  return { steps, removal };
}

/** What would be done, one line each. */
export function uninstallLines(
  context: CommandContext,
  { service, removal }: Uninstallation,
): readonly string[] {
  return [
    ...(service === undefined ? [] : [`Would stop and remove the service ${service.supervisor.name}`]),
    ...removalLines(context, removal, { dryRun: true }),
  ];
}

function planFiles(
  context: CommandContext,
  scope: ReadonlySet<UninstallScope>,
  flags: RemovalFlags,
): Promise<Removal> {
  const parts = new Set<Part>([
    ...(scope.has("state") ? (["config", "state"] as const) : []),
    ...(scope.has("workspace") ? (["workspace"] as const) : []),
  ]);
  return planRemoval(context, parts, { word: "uninstalled", flags });
}

async function endService(context: CommandContext, own: OwnService): Promise<readonly Step[]> {
  try {
    refuseNix(context, "uninstall");
    return (await uninstallService(own)).steps ?? [];
  } catch (error) {
    throw actionFailure(error, context, "uninstall");
  }
}
