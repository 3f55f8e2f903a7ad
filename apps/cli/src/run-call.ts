import { MODULES, PROGRAMS } from "./commands/modules.ts";
import type { OtherSpec } from "./commands/spec.ts";
import type { Io } from "./io.ts";
import type { Call } from "./program.ts";
import { reported } from "./reported.ts";

/** Runs any command that is not asked for all the time, or a program, and returns the exit code. */
export function runCall(call: Call<OtherSpec>, io: Io): Promise<number> {
  return reported(call, io, () => run(call, io));
}

// What reads the configuration is loaded for commands only: the gateway does not need it here.
async function run({ spec, options, words }: Call<OtherSpec>, io: Io): Promise<number> {
  if ("program" in spec) {
    const program = await PROGRAMS[spec.program]();
    // The parser filled `options` from the very spec that names the module.
    return program.runProgram(io, options as never);
  }
  const command = MODULES[spec.module]();
  const { runCommand } = await import("./run-command.ts");
  return runCommand(io, { command, options, words, invalidConfig: spec.invalidConfig });
}
