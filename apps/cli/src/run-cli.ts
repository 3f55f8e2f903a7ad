import { applyProfileFlags } from "@openclaw/config";

import type { Io } from "./io.ts";
import { type Call, parseCommandLine } from "./program.ts";

/** Runs what a command line asks for. */
export type RunCall = (call: Call, io: Io) => Promise<number>;

const PROFILE_ERROR = 2;

/**
 * Runs one command line and returns the exit code. Nothing is thrown for what a user can get wrong.
 *
 * @param loadCommands the code of all commands, which help and mistyped lines do not need
 */
export async function runCli(io: Io, loadCommands: () => Promise<RunCall>): Promise<number> {
  const flags = applyProfileFlags(io.argv, io);
  if (!flags.ok) {
    io.stderr.write(`[openclaw] ${flags.message}\n`);
    return PROFILE_ERROR;
  }
  const call = parseCommandLine(flags.argv, io);
  if (typeof call === "number") return call;
  const runCall = await loadCommands();
  return runCall(call, { ...io, env: flags.env });
}
