import { join } from "node:path";

import { agentIds, workspaceDir } from "../agents/configured-agents.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { lockClaim } from "../local/lock-holder.ts";
import { askBootId } from "../service/witness.ts";

/**
 * Makes sure that no gateway works with what goes: ours with the state, another one with the configuration or a workspace.
 *
 * @throws {CliFailure} one does, and how to stop it; or the state cannot be looked at
 */
export async function refuseRunning(context: CommandContext, what: string): Promise<void> {
  const { io, program, paths } = context;
  const { checkStore } = await io.loadGateway();
  const report = await checkStore({ env: io.env });
  if ("error" in report) {
    const { code, message } = report.error;
    const isRunning = code === "STATE_IN_USE";
    throw new CliFailure(`${what} refused: ${message}`, {
      code: isRunning ? "gateway_running" : "failed",
      hint: isRunning ? `${program} gateway stop, or Ctrl-C where it runs` : `${program} doctor`,
    });
  }
  const claims = [
    ...agentIds(context).map((id) => join(workspaceDir(context, id), ".openclaw", "gateway.lock")),
    `${paths.configPath}.gateway.lock`,
  ];
  for (const lockPath of claims) {
    const { pid, port, instanceId } = await lockClaim(lockPath);
    if (port === undefined || instanceId === undefined || (await askBootId(port)) !== instanceId) continue;
    const message = `${what} refused: another gateway (pid ${pid}, port ${port}) holds ${lockPath}`;
    throw new CliFailure(message, { code: "gateway_running", hint: "stop that one first" });
  }
}
