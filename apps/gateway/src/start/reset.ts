import { rename } from "node:fs/promises";
import { relative } from "node:path";
import { devWorkspace, displayPath, type Paths, type StartFailure, startFailure } from "@openclaw/config";
import { checkState, GatewayError } from "@openclaw/gateway-core";
import { isDevelopment } from "./first-steps.ts";

/** Lines that say what was moved where, or why nothing was. */
export type Reset =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly failure: Pick<StartFailure, "exitCode" | "lines"> };

/**
 * Gives a development gateway a clean place: its state folder, configuration and workspace are moved aside, each to a
 * name of its own beside it. Nothing is deleted: the same flag in the wrong profile would take a household's messages.
 *
 * Docs: configuration.md#dev-profile
 */
export async function resetDevelopment(paths: Paths, isDev: boolean, now: number): Promise<Reset> {
  if (!isDevelopment({ paths, isDev })) return { ok: false, failure: startFailure("reset-without-dev", {}) };
  try {
    // Whoever holds the state would write on into the folder that was moved.
    await checkState(paths);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "STATE_IN_USE") throw error;
    return { ok: false, failure: { exitCode: 1, lines: [`Gateway reset refused: ${error.message}`] } };
  }
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const lines: string[] = [];
  for (const path of [paths.configPath, devWorkspace(paths), paths.stateDir]) {
    // What lies in the state folder goes with it.
    if (path !== paths.stateDir && isInside(paths.stateDir, path)) continue;
    const aside = `${path}.reset-${stamp}`;
    if (!(await moved(path, aside))) continue;
    lines.push(`Dev reset: moved ${displayPath(path, paths.home)} to ${displayPath(aside, paths.home)}`);
  }
  return { ok: true, lines };
}

function isInside(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith("..");
}

/** @returns whether there was something to move */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
