import { applyProfileFlags } from "@openclaw/config";

import { invalidConfigFailure, warnInvalidConfig } from "./config-guard.ts";
import { openContext } from "./context.ts";
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
  try {
    return await runCommand(call, { ...io, env: flags.env });
  } catch (error) {
    if (!(error instanceof CliFailure)) return reportUnexpected(io, error);
    const json = call.options.json === true;
    return reportFailure(io, error, { json, prefix: call.spec.failurePrefix ?? "Error: " });
  }
}

async function runCommand({ spec, options, words }: Call, io: Io): Promise<number> {
  const [context, module] = await Promise.all([openContext(io), spec.load()]);
  const { invalidConfig = "stop" } = spec;
  if (!context.loaded.valid && invalidConfig === "warn") warnInvalidConfig(context);
  if (!context.loaded.valid && invalidConfig === "stop") throw invalidConfigFailure(context);
  // The parser filled `options` from the very spec that names the module.
  return module.run(context, options as never, words);
}
