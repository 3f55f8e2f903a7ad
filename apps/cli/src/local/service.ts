import { existsSync } from "node:fs";
import { join } from "node:path";

import type { CommandContext } from "../context.ts";

/** The supervisor's entry for this gateway, as far as it can be told without asking the supervisor. */
export interface Service {
  readonly label: string;
  readonly isInstalled: boolean;
  readonly loadedText: string;
  readonly notLoadedText: string;
}

interface Supervisor {
  readonly label: string;
  readonly texts: readonly [loaded: string, notLoaded: string];
  /** File of the service below the home folder. */
  readonly unit?: (profile: string | undefined) => string;
}

const SYSTEMD: Supervisor = {
  label: "systemd",
  texts: ["enabled", "disabled"],
  unit: (profile) =>
    `.config/systemd/user/openclaw-gateway${profile === undefined ? "" : `-${profile}`}.service`,
};
const SUPERVISORS: Partial<Readonly<Record<NodeJS.Platform, Supervisor>>> = {
  darwin: {
    label: "LaunchAgent",
    texts: ["loaded", "not loaded"],
    unit: (profile) => `Library/LaunchAgents/ai.openclaw.${profile ?? "gateway"}.plist`,
  },
  win32: { label: "Scheduled Task", texts: ["registered", "missing"] },
};

/** Looks whether the platform's supervisor has a file for this profile's gateway. */
export function findService({ io, paths }: CommandContext): Service {
  const { label, texts, unit } = SUPERVISORS[io.machine.platform] ?? SYSTEMD;
  const isInstalled = unit !== undefined && existsSync(join(paths.home, unit(paths.profile)));
  return { label, isInstalled, loadedText: texts[0], notLoadedText: texts[1] };
}
