import {
  createSupervisor,
  serviceNames,
  type ServiceNames,
  type Supervisor,
  type SystemdHost,
} from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { VERSION } from "../version.ts";

/** The service of this command's profile, whether it is installed or not. */
export interface OwnService {
  readonly supervisor: Supervisor;
  readonly names: ServiceNames;
}

/** Finds the supervisor of this machine. @throws {ServiceError} invalid_value: a name that is no name of a service */
export function ownService(context: CommandContext): OwnService {
  const { platform } = context.io.machine;
  const names = serviceNames(context.io.env, VERSION);
  return { supervisor: createSupervisor({ ...serviceHost(context), platform, names }), names };
}

/** Where, and as whom, the tools of the supervisor are called. */
export function serviceHost({ io, paths }: CommandContext): SystemdHost {
  const { uid, toolFolders } = io.machine;
  return { env: io.env, home: paths.home, uid, ...(toolFolders && { toolFolders }) };
}
