import { setupConfig } from "@openclaw/config";

import { print, printJson, type CommandContext } from "../context.ts";
import type { OnboardFlags } from "../onboarding/flags.ts";
import { onboard } from "../onboarding/onboard.ts";

interface Options extends Pick<
  OnboardFlags,
  "json" | "mode" | "nonInteractive" | "remoteToken" | "remoteUrl" | "workspace"
> {
  readonly wizard?: boolean;
}

/**
 * `setup`: creates what is missing of configuration, workspace and state folder. With any flag of onboarding it is that,
 * without a look at the gateway; it has no flag for the risk and never asked about it. Docs: onboarding.md#setup
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { wizard, nonInteractive, mode, remoteUrl, remoteToken } = options;
  if (wizard === true || [nonInteractive, mode, remoteUrl, remoteToken].some((flag) => flag !== undefined))
    return onboard(context, { ...options, acceptRisk: true, skipHealth: true }, "onboard");
  const { io, paths, env } = context;
  const { pid, ppid } = io.machine;
  const writer = { pid, ppid, cwd: io.cwd, argv: io.argv };
  const wanted = options.workspace === undefined ? {} : { workspace: options.workspace };
  const { created, workspace, lines } = await setupConfig({ paths, env, writer, ...wanted });
  if (options.json) printJson(io, { created, config: paths.configPath, workspace, store: paths.storePath });
  else print(io, ...lines);
  return 0;
}
