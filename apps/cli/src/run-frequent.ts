import { FREQUENT_MODULES } from "./commands/frequent-modules.ts";
import type { FrequentSpec } from "./commands/spec.ts";
import type { Io } from "./io.ts";
import type { Call } from "./program.ts";
import { reported } from "./reported.ts";
import { runCommand } from "./run-command.ts";

/** Runs a command that is asked for all the time, and returns the exit code. */
export function runFrequent(call: Call<FrequentSpec>, io: Io): Promise<number> {
  const { frequent, invalidConfig } = call.spec;
  const command = Promise.resolve(FREQUENT_MODULES[frequent]);
  return reported(call, io, () => runCommand(io, { ...call, command, invalidConfig }));
}
