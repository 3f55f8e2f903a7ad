import { Command, CommanderError, Option } from "commander";

import { COMMANDS, GROUPS } from "./commands/specs.ts";
import type { CommandSpec, CommandSyntax, OptionSpec } from "./commands/spec.ts";
import type { Io } from "./io.ts";
import { VERSION } from "./version.ts";

/** What a command line asks for. */
export interface Call {
  readonly spec: CommandSpec;
  readonly options: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/**
 * Reads a command line without the global flags. Help and mistakes are printed here: the result is then the exit code.
 * A word that no command knows never starts anything.
 *
 * Docs: runbook.md#five-minute-start
 */
export function parseCommandLine(argv: readonly string[], io: Io): Call | number {
  let call: Call | undefined;
  const program = buildProgram(io, (found) => (call = found));
  try {
    program.parse(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  return call ?? 0;
}

function buildProgram(io: Io, found: (call: Call) => void): Command {
  const program = new Command("openclaw")
    .description(`OpenClaw ${VERSION}`)
    .usage("[--dev | --profile <name>] [--log-level <level>] [--no-color] <command>")
    .version(VERSION, "-V, --version", "print the version")
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .exitOverride();
  const commands = new Map<string, Command>([["", program]]);
  for (const group of GROUPS) commands.set(group.name, commandFor(group, commands).command);
  for (const spec of COMMANDS) commands.set(spec.name, addCommand(spec, commands, found));
  return program;
}

function addCommand(
  spec: CommandSpec,
  commands: ReadonlyMap<string, Command>,
  found: (call: Call) => void,
): Command {
  const { command, parent } = commandFor(spec, commands);
  for (const word of spec.words ?? []) command.argument(word);
  for (const option of spec.options ?? []) addOption(command, option);
  return command.action(() => {
    found({ spec, options: { ...inherited(spec, parent), ...given(command) }, words: command.args });
  });
}

/** The last word of a name becomes a command of what the words before it name. */
function commandFor(
  { name, summary }: CommandSyntax,
  commands: ReadonlyMap<string, Command>,
): { readonly command: Command; readonly parent: Command } {
  const path = name.split(" ");
  const parent = commands.get(path.slice(0, -1).join(" "));
  if (!parent) throw new Error(`no parent command for ${name}`);
  return { command: parent.command(path.at(-1) ?? "").description(summary), parent };
}

function addOption(command: Command, { flags, summary, counts, conflicts, required }: OptionSpec): void {
  const option = new Option(flags, summary);
  if (conflicts !== undefined) option.conflicts(conflicts);
  if (counts) option.argParser((_value, times: number | undefined) => (times ?? 0) + 1);
  if (required) option.makeOptionMandatory();
  command.addOption(option);
}

function inherited({ inherits = [] }: CommandSpec, parent: Command): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given(parent)).filter(([name]) => inherits.includes(name)));
}

// Without defaults, so that an option of the parent is not hidden by one nobody typed.
function given(command: Command): Record<string, unknown> {
  const options: Record<string, unknown> = command.opts();
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => command.getOptionValueSource(name) === "cli"),
  );
}
