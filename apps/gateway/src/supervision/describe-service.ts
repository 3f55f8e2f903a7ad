import { commandName, type Env, type Paths } from "@openclaw/config";
import { GATEWAY_VERSION } from "@openclaw/gateway-core";
import { createSupervisor, ServiceError, serviceNames, type Supervisor } from "@openclaw/service";

/** Whose service is meant. */
export interface ServiceOwner {
  readonly env: Env;
  readonly paths: Paths;
  /** @default that of this process */
  readonly platform?: string;
  /** @default where the system keeps its tools */
  readonly toolFolders?: readonly string[];
}

/**
 * The service of this profile in the lines of a start that found its place taken: a gateway that the supervisor keeps
 * alive has to be stopped there. Nothing where none is installed, and nothing to the service itself. Docs: runbook.md#service
 */
export async function describeService(owner: ServiceOwner): Promise<readonly string[]> {
  const { paths, env } = owner;
  const supervisor = supervisorOf(owner);
  if (supervisor === undefined || (await supervisor.readCommand()) === undefined) return [];
  if (env["INVOCATION_ID"] && env["OPENCLAW_SYSTEMD_UNIT"] === supervisor.name) return [];
  const state = await loadedText(supervisor);
  if (state === undefined) return [];
  return [state, `Tip: ${commandName(paths, env)} gateway stop`, `Or: ${supervisor.stopCommand}`];
}

function supervisorOf({ env, paths: { home }, ...o }: ServiceOwner): Supervisor | undefined {
  const { platform = process.platform, toolFolders } = o;
  try {
    const names = serviceNames(env, GATEWAY_VERSION);
    const uid = process.getuid?.();
    return createSupervisor({ platform, names, env, home, uid, ...(toolFolders && { toolFolders }) });
  } catch (error) {
    // A name that no service can have: there is none.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

async function loadedText(supervisor: Supervisor): Promise<string | undefined> {
  try {
    const isLoaded = await supervisor.isLoaded();
    return isLoaded ? `Gateway service appears ${supervisor.loadedText}. Stop it first.` : undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return "Gateway service status unknown; if supervised, stop it first.";
  }
}
