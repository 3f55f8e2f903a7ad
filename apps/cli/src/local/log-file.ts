import { join } from "node:path";

import { chosenName, dailyNames, findLogFolder } from "@openclaw/logs";

import type { CommandContext } from "../context.ts";

/** File the gateway of this profile logs to today. Docs: runbook.md#logs */
export async function logFile({ io, loaded, paths }: CommandContext): Promise<string> {
  const chosen = loaded.config.logging?.file;
  const { tmpDir, uid } = io.machine;
  const names =
    chosen === undefined
      ? dailyNames(
          await findLogFolder({ tmpDir, uid, fallback: join(paths.stateDir, "logs") }),
          paths.profile,
        )
      : chosenName(chosen, paths);
  return names.pathAt(new Date(io.now()));
}
