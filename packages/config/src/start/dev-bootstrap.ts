import { join } from "node:path";
import { displayPath, type Paths } from "../paths.ts";
import { type FileSystem, fileSystem } from "../write/file-system.ts";
import { ensurePrivateDir, readIfExists } from "../write/private-file.ts";
import { createConfig, type FirstStart, type FirstStartOptions } from "./first-start.ts";

/**
 * Prepares a place to try things in: a local, loopback-only configuration with one agent `dev`. An existing
 * file is left alone. Docs: configuration.md#dev-profile
 *
 * @throws {ConfigError} io
 */
export async function devBootstrap(options: FirstStartOptions): Promise<FirstStart> {
  const { paths, fs = fileSystem } = options;
  if (await configExists(fs, paths)) return { created: false, lines: [] };
  const workspace = devWorkspace(paths);
  await createConfig(options, devConfig(workspace, paths.profile === "dev"));
  await ensurePrivateDir(fs, workspace);
  const [config, folder] = [paths.configPath, workspace].map((path) => displayPath(path, paths.home));
  return { created: true, lines: [`Dev config ready: ${config}`, `Dev workspace ready: ${folder}`] };
}

/** Workspace of a development gateway. */
export function devWorkspace({ home }: Pick<Paths, "home">): string {
  return join(home, ".openclaw", "workspace-dev");
}

/** Whether the configuration file is there, readable or not. */
export async function configExists(fs: FileSystem, paths: Pick<Paths, "configPath">): Promise<boolean> {
  return (await readIfExists(fs, paths.configPath)) !== undefined;
}

/** @param opensHttp whether the OpenAI-compatible routes are on, as only the isolated dev profile has them */
function devConfig(workspace: string, opensHttp: boolean): unknown {
  const endpoints = { chatCompletions: { enabled: true }, responses: { enabled: true } };
  return {
    gateway: { mode: "local", bind: "loopback", ...(opensHttp && { http: { endpoints } }) },
    agents: {
      defaults: { workspace, skipBootstrap: true },
      list: [{ id: "dev", default: true, workspace, identity: { name: "Dev", emoji: "🛠️" } }],
    },
  };
}
