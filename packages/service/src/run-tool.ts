import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { Variables } from "./supervisor.ts";

/** What a tool said. */
export interface ToolAnswer {
  /** Exit code; 1 when it could not be started, was cut off or said too much. */
  readonly code: number;
  readonly stdout: string;
  /** Falls back to the reason why it could not be started. */
  readonly stderr: string;
}

/** How a tool is called. */
export interface ToolCall {
  readonly args: readonly string[];
  /** The whole environment it gets. */
  readonly env: Variables;
  /** It is killed after this many ms. */
  readonly timeoutMs: number;
}

/** Folders in which the system keeps its own tools. The caller's `PATH` has no say (T-SVC-05). */
export const TOOL_FOLDERS: readonly string[] = [
  "/usr/bin",
  "/bin",
  "/usr/sbin",
  "/sbin",
  "/run/current-system/sw/bin",
];

const MAX_ANSWER_BYTES = 1_048_576;

/** Absolute path of a tool, or undefined when this machine has none. */
export function findTool(name: string, folders: readonly string[] = TOOL_FOLDERS): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Runs a tool without a shell. Never rejects. */
export function runTool(path: string, { args, env, timeoutMs }: ToolCall): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: timeoutMs, maxBuffer: MAX_ANSWER_BYTES };
    execFile(path, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else {
        const reason = error.killed === true ? `no answer after ${timeoutMs} ms` : error.message;
        const code = typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr: stderr.trim() === "" ? reason : stderr });
      }
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
