import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { LoadedConfig, Paths } from "@openclaw/config";

/** Something that two gateways must not both work with. */
export interface SharedThing {
  /** For people, e.g. `the workspace /srv/notes`. */
  readonly name: string;
  /** Where a claim on it is written. */
  readonly lockPath: string;
  /** Folder that may have to be made for it. */
  readonly ownFolder?: string;
  /** What to change to get out of the other one's way. */
  readonly fix: string;
  /** Nobody chose it, so it is no reason not to start. */
  readonly isDefault: boolean;
}

/** The configuration file of an instance. */
export function configFile({ configPath }: Paths): SharedThing {
  return {
    name: `the configuration ${configPath}`,
    lockPath: `${configPath}.gateway.lock`,
    fix: "Give each gateway a file of its own: OPENCLAW_CONFIG_PATH, or a profile (openclaw --profile <name> gateway).",
    isDefault: false,
  };
}

/** The workspaces of a configuration, each once however it is written; one that does not exist holds nothing yet. */
export async function workspaces(
  { config }: LoadedConfig,
  fallback: string | undefined,
): Promise<readonly SharedThing[]> {
  const { defaults, list = [] } = config.agents ?? {};
  const named = [
    ["agents.defaults.workspace", defaults?.workspace],
    ...list.map(({ workspace }, index) => [`agents.list[${index}].workspace`, workspace] as const),
  ] as const;
  const found = new Map<string, SharedThing>();
  for (const [setting, folder = setting === DEFAULT ? fallback : undefined] of named) {
    const path = folder === undefined ? undefined : await realpath(folder).catch(() => undefined);
    if (path === undefined || found.has(path)) continue;
    const ownFolder = join(path, ".openclaw");
    found.set(path, {
      name: `the workspace ${path}`,
      lockPath: join(ownFolder, "gateway.lock"),
      ownFolder,
      fix: `Set ${setting} to a folder of its own: openclaw config set ${setting} <folder>`,
      isDefault: setting === DEFAULT && defaults?.workspace === undefined,
    });
  }
  return [...found.values()];
}

const DEFAULT = "agents.defaults.workspace";
