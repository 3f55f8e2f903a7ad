import { applyProfileFlags } from "@openclaw/config";

import type { CommandSpec, FrequentSpec, OtherSpec } from "./commands/spec.ts";
import type { Io } from "./io.ts";
import { readPlainLine } from "./plain-line.ts";
import type { Call, Streams } from "./program.ts";

/** Runs what a command line asks for. */
export type RunCall<Spec extends CommandSpec> = (call: Call<Spec>, io: Io) => Promise<number>;

/** Understands a command line, or has said why not: the exit code. */
export type ParseLine = (argv: readonly string[], io: Streams) => Call | number;

/** Loads the code that a command line needs, and no other. */
export interface CommandLoaders {
  readonly parser: () => Promise<ParseLine>;
  readonly frequent: () => Promise<RunCall<FrequentSpec>>;
  readonly others: () => Promise<RunCall<OtherSpec>>;
}

const PROFILE_ERROR = 2;

/** Runs one command line and returns the exit code. Nothing is thrown for what a user can get wrong. */
export async function runCli(io: Io, load: CommandLoaders): Promise<number> {
  const flags = applyProfileFlags(io.argv, io);
  if (!flags.ok) {
    io.stderr.write(`[openclaw] ${flags.message}\n`);
    return PROFILE_ERROR;
  }
  const call = readPlainLine(flags.argv) ?? (await load.parser())(flags.argv, io);
  if (typeof call === "number") return call;
  const { spec } = call;
  const ownIo = { ...io, env: flags.env };
  if ("frequent" in spec) return (await load.frequent())({ ...call, spec }, ownIo);
  return (await load.others())({ ...call, spec }, ownIo);
}
