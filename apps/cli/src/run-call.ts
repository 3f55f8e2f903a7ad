import { MODULES, PROGRAMS } from "./commands/modules.ts";
import { CliFailure, reportFailure, reportUnexpected } from "./failure.ts";
import type { Io } from "./io.ts";
import type { Call } from "./program.ts";

/** Runs what a command line asks for and returns the exit code. Nothing is thrown for what a user can get wrong. */
export async function runCall(call: Call, io: Io): Promise<number> {
  try {
    return await run(call, io);
  } catch (error) {
    const { spec, options } = call;
    const json = options["json"] === true;
    if (!(error instanceof CliFailure)) return reportUnexpected(io, error, json);
    const prefix = "failurePrefix" in spec ? (spec.failurePrefix ?? "") : "";
    return reportFailure(io, error, { json, prefix });
  }
}

// What reads the configuration is loaded for commands only: the gateway does not need it here.
async function run({ spec, options, words }: Call, io: Io): Promise<number> {
  if ("program" in spec) {
    const program = await PROGRAMS[spec.program]();
    // The parser filled `options` from the very spec that names the module.
    return program.runProgram(io, options as never);
  }
  const command = MODULES[spec.module]();
  const { runCommand } = await import("./run-command.ts");
  return runCommand(io, { command, options, words, invalidConfig: spec.invalidConfig });
}
