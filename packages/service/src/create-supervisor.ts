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

/** The supervisor of a platform, for one service; on a platform without an adapter every change is refused, plainly. */
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
        platform: "macOS yet",
      });
    case "win32":
      return new UnsupportedSupervisor({
        label: "Scheduled Task",
        loadedText: "registered",
        notLoadedText: "missing",
        name: names.windowsTask,
        platform: "Windows yet",
      });
    default:
      return new UnsupportedSupervisor({
        label: "none",
        loadedText: "installed",
        notLoadedText: "not installed",
        name: names.systemdUnit,
        platform,
      });
  }
}
