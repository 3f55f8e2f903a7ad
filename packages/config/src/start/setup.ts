import type { Env } from "../environment.ts";
import { loadConfig } from "../load-config.ts";
import { displayPath, expandHome } from "../paths.ts";
import { changeConfig } from "../write/change-config.ts";
import { fileSystem } from "../write/file-system.ts";
import { ensurePrivateDir } from "../write/private-file.ts";
import { configExists, devBootstrap } from "./dev-bootstrap.ts";
import { createConfig, type FirstStart, type FirstStartOptions } from "./first-start.ts";

export interface SetupOptions extends FirstStartOptions {
  readonly env: Env;
  /** Workspace to record in the file; @default the one in the file, else `paths.workspaceDir` */
  readonly workspace?: string;
}

/** What there is now. */
export interface SetupResult extends FirstStart {
  /** Folder of the default agent, absolute. */
  readonly workspace: string;
}

/**
 * Creates the configuration file and the folders a gateway needs, and keeps what is there. It does not set
 * `gateway.mode`: whether this machine runs a gateway is for the operator to say.
 *
 * Docs: configuration.md#setup
 *
 * @throws {ConfigError} unsupported, conflict, io
 */
export async function setupConfig(options: SetupOptions): Promise<SetupResult> {
  const { paths, env, fs = fileSystem } = options;
  const wanted =
    options.workspace === undefined ? undefined : expandHome(options.workspace.trim(), paths.home);
  const created = !(await configExists(fs, paths));
  if (created && paths.profile === "dev") await devBootstrap(options);
  else if (created)
    await createConfig(options, { agents: { defaults: { workspace: wanted ?? paths.workspaceDir } } });
  const { config } = await loadConfig({ paths, env });
  const configured = config.agents?.defaults?.workspace ?? paths.workspaceDir;
  if (wanted !== undefined && wanted !== configured) {
    await changeConfig({
      ...options,
      changes: [{ path: ["agents", "defaults", "workspace"], value: wanted }],
    });
  }
  const workspace = wanted ?? configured;
  await ensurePrivateDir(fs, workspace);
  await ensurePrivateDir(fs, paths.stateDir);
  const [file, folder, sessions] = [paths.configPath, workspace, paths.storePath].map((path) =>
    displayPath(path, paths.home),
  );
  return {
    created,
    workspace,
    lines: [
      `${created ? "Wrote" : "Config OK:"} ${file}`,
      `Workspace OK: ${folder}`,
      `Sessions OK: ${sessions}`,
    ],
  };
}
