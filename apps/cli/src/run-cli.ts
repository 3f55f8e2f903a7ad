import { applyProfileFlags } from "@openclaw/config";

import { CliFailure, reportFailure, reportUnexpected } from "./failure.ts";
import type { Io } from "./io.ts";
import { parseCommandLine, type Call } from "./program.ts";

const PROFILE_ERROR = 2;

/** Runs one command line and returns the exit code. Nothing is thrown for what a user can get wrong. */
export async function runCli(io: Io): Promise<number> {
  const flags = applyProfileFlags(io.argv, io);
  if (!flags.ok) {
    io.stderr.write(`[openclaw] ${flags.message}\n`);
    return PROFILE_ERROR;
  }
  const call = parseCommandLine(flags.argv, io);
  if (typeof call === "number") return call;
  const ownIo = { ...io, env: flags.env };
  try {
    return await runCall(call, ownIo);
  } catch (error) {
    const { spec, options } = call;
    const json = options["json"] === true;
    if (!(error instanceof CliFailure)) return reportUnexpected(io, error, json);
    const prefix = "failurePrefix" in spec ? (spec.failurePrefix ?? "") : "";
    return reportFailure(io, error, { json, prefix });
  }
}

// What reads the configuration is loaded for commands only: neither help nor the gateway needs it here.
async function runCall({ spec, options, words }: Call, io: Io): Promise<number> {
  if ("loadProgram" in spec) {
    const program = await spec.loadProgram();
    // The parser filled `options` from the very spec that names the module.
    return program.runProgram(io, options as never);
  }
  const command = spec.load();
  const { runCommand } = await import("./run-command.ts");
  return runCommand(io, { command, options, words, invalidConfig: spec.invalidConfig });
}
