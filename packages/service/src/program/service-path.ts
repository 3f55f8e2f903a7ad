import { join } from "node:path";
import type { Variables } from "../supervisor.ts";

// Tool managers that say where they keep their programs.
const FROM_VARIABLES: readonly (readonly [variable: string, below: string])[] = [
  ["PNPM_HOME", ""],
  ["NPM_CONFIG_PREFIX", "bin"],
  ["BUN_INSTALL", "bin"],
  ["VOLTA_HOME", "bin"],
  ["ASDF_DATA_DIR", "shims"],
  ["NVM_DIR", "current/bin"],
  ["FNM_DIR", "current/bin"],
];

const BELOW_HOME = [
  ".local/bin",
  ".npm-global/bin",
  "bin",
  ".volta/bin",
  ".asdf/shims",
  ".bun/bin",
  ".nvm/current/bin",
  ".fnm/current/bin",
  ".local/share/pnpm",
];

const OF_THE_SYSTEM = ["/usr/local/bin", "/usr/bin", "/bin"];

/**
 * Folders a service on Linux looks for programs in: those of tool managers that name theirs, the usual ones below the
 * home folder, the system's. Whether they exist does not matter, so that what is installed later is found.
 *
 * Docs: runbook.md#service
 */
export function servicePath(env: Variables, home: string): readonly string[] {
  const named = FROM_VARIABLES.flatMap(([variable, below]) => {
    const folder = env[variable]?.trim() ?? "";
    return folder.startsWith("/") ? [join(folder, below).replace(/\/$/, "")] : [];
  });
  return [...new Set([...named, ...BELOW_HOME.map((below) => join(home, below)), ...OF_THE_SYSTEM])];
}
