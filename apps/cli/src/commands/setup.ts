import { setupConfig } from "@openclaw/config";

import { print, printJson, type CommandContext } from "../context.ts";

interface Options {
  readonly workspace?: string;
  readonly json?: boolean;
}

/** `setup`: creates what is missing of configuration, workspace and state folder. Docs: runbook.md#dev-profile */
export async function run({ io, paths, env }: CommandContext, options: Options): Promise<number> {
  const { pid, ppid } = io.machine;
  const writer = { pid, ppid, cwd: io.cwd, argv: io.argv };
  const wanted = options.workspace === undefined ? {} : { workspace: options.workspace };
  const { created, workspace, lines } = await setupConfig({ paths, env, writer, ...wanted });
  if (options.json) printJson(io, { created, config: paths.configPath, workspace, store: paths.storePath });
  else print(io, ...lines);
  return 0;
}
