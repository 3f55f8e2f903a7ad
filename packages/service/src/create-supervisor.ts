import { ServiceError } from "./errors.ts";
import type { ServiceNames } from "./service-names.ts";
import type { Supervisor } from "./supervisor.ts";
import type { SystemdHost } from "./systemd/systemctl.ts";
import { SystemdSupervisor, type SystemdOptions } from "./systemd/systemd-supervisor.ts";
import { UnsupportedSupervisor } from "./unsupported-supervisor.ts";

/** The machine and the service. */
export interface SupervisorOptions extends SystemdHost, Pick<SystemdOptions, "systemUnitFolders"> {
  readonly platform: string;
  readonly names: ServiceNames;
}

/**
 * The supervisor of a platform, for one service.
 *
 * @throws {ServiceError} unsupported: a platform of which not even the supervisor's name is known
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { platform, names } = options;
  switch (platform) {
    case "linux":
      return new SystemdSupervisor({ ...options, unit: names.systemdUnit });
    case "darwin":
      return new UnsupportedSupervisor({
        label: "LaunchAgent",
        loadedText: "loaded",
        notLoadedText: "not loaded",
        name: names.launchdLabel,
        platform: "macOS",
      });
    case "win32":
      return new UnsupportedSupervisor({
        label: "Scheduled Task",
        loadedText: "registered",
        notLoadedText: "missing",
        name: names.windowsTask,
        platform: "Windows",
      });
    default:
      throw new ServiceError("unsupported", `Gateway service install not supported on ${platform}`, {
        hints: ["run it in the foreground, or under a supervisor of your own: openclaw gateway"],
      });
  }
}
