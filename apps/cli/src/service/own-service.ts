import { createSupervisor, serviceNames, type ServiceNames, type Supervisor } from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { VERSION } from "../version.ts";

/** The service of this command's profile, whether it is installed or not. */
export interface OwnService {
  readonly supervisor: Supervisor;
  readonly names: ServiceNames;
}

/** Finds the supervisor of this machine. @throws {ServiceError} invalid_value: a name that is no name of a service */
export function ownService({ io, paths }: CommandContext): OwnService {
  const { platform, uid, toolFolders } = io.machine;
  const names = serviceNames(io.env, VERSION);
  const host = { env: io.env, home: paths.home, uid, ...(toolFolders && { toolFolders }) };
  return { supervisor: createSupervisor({ ...host, platform, names }), names };
}
