import {
  restartVerified,
  ServiceError,
  servicePort,
  startVerified,
  stopVerified,
  SystemdSupervisor,
} from "@openclaw/service";

import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { lockHolder } from "../local/lock-holder.ts";
import { hostOf, inspectPort } from "../local/port-usage.ts";
import { type Done, isLoaded, notLoaded } from "./action.ts";
import { servicePathsOf } from "./drift.ts";
import type { OwnService } from "./own-service.ts";
import { witnessOf } from "./witness.ts";

/** Starts the service; done when its gateway answers. */
export async function startService(context: CommandContext, own: OwnService): Promise<Done> {
  if (!(await isLoaded(own))) return notLoaded(own, await startHints(context, own));
  const { steps } = await startVerified(own.supervisor, await witnessFor(context, own));
  return { result: "started", loaded: true, steps };
}

/** Restarts the service; done when a new gateway answers. */
export async function restartService(context: CommandContext, own: OwnService): Promise<Done> {
  if (!(await isLoaded(own))) return notLoaded(own, await startHints(context, own));
  const warnings = await tokenDrift(context, own);
  const { steps } = await restartVerified(own.supervisor, await witnessFor(context, own));
  return { result: "restarted", loaded: true, warnings, steps };
}

/** Stops the service; done when its process and its port are gone. A gateway in the foreground is left alone. */
export async function stopService(context: CommandContext, own: OwnService): Promise<Done> {
  if (!(await isLoaded(own))) return notLoaded(own, await foregroundHints(context));
  const { steps, problem } = await stopVerified(own.supervisor, await witnessFor(context, own));
  if (problem !== undefined)
    throw new ServiceError("refused", problem.text, { hints: problem.hints, done: steps });
  return { result: "stopped", loaded: true, steps };
}

/** Removes the service. */
export async function uninstallService(own: OwnService): Promise<Done> {
  const steps = await own.supervisor.uninstall();
  if (await own.supervisor.isLoaded())
    throw new ServiceError("refused", "Gateway service still loaded after uninstall.", { done: steps });
  return { result: "uninstalled", loaded: false, steps };
}

/** Whoever sees the service's gateway: on the port of the installed command, else of the configuration. */
async function witnessFor(context: CommandContext, { supervisor }: OwnService) {
  const command = await supervisor.readCommand();
  const port =
    servicePort(command?.programArguments ?? []) ?? Number(new URL(findLocalTarget(context).url).port);
  const { lockPath } = command === undefined ? context.paths : servicePathsOf(context, command);
  return witnessOf(hostOf(context), port, lockPath);
}

async function startHints(
  { program }: CommandContext,
  { supervisor }: OwnService,
): Promise<readonly string[]> {
  const rivals = supervisor instanceof SystemdSupervisor ? await supervisor.systemUnits() : [];
  const system = rivals.map(({ label }) => `sudo systemctl start ${label}`);
  return [`${program} gateway install`, `${program} gateway`, supervisor.startCommand, ...system];
}

// Whoever wants it stopped has to know that this does not: a gateway that was started by hand ends by hand.
async function foregroundHints(context: CommandContext): Promise<readonly string[]> {
  const port = Number(new URL(findLocalTarget(context).url).port);
  const pid = await lockHolder(context.paths.lockPath, port);
  if (pid === undefined) return [];
  const { listeners } = await inspectPort(hostOf(context), port, pid);
  if (!listeners.some((listener) => listener.pid === pid)) return [];
  return [`the gateway on port ${port} was started by hand; end it where it runs, or: kill ${pid}`];
}

async function tokenDrift(
  { loaded, program }: CommandContext,
  { supervisor }: OwnService,
): Promise<readonly string[]> {
  const written = (await supervisor.readCommand())?.environment["OPENCLAW_GATEWAY_TOKEN"] ?? "";
  const token = loaded.config.gateway?.auth?.token;
  if (written === "" || token === undefined || token === written) return [];
  const fix = `Run \`${program} gateway install --force\` to sync the token.`;
  return [`Config token differs from service token. The daemon will use the old token after restart. ${fix}`];
}
