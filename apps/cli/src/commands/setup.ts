import { setupConfig } from "@openclaw/config";

import { print, type CommandContext } from "../context.ts";

interface Options {
  readonly workspace?: string;
}

/** `setup`: creates what is missing of configuration, workspace and state folder. Docs: runbook.md#dev-profile */
export async function run({ io, paths, env }: CommandContext, { workspace }: Options): Promise<number> {
  const { pid, ppid } = io.machine;
  const writer = { pid, ppid, cwd: io.cwd, argv: io.argv };
  const { lines } = await setupConfig({ paths, env, writer, ...(workspace !== undefined && { workspace }) });
  print(io, ...lines);
  return 0;
}
