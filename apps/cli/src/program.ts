import { nearestName } from "@openclaw/config";
import { Command, CommanderError, Option } from "commander";

import { listCommand } from "./command-tree.ts";
import { COMMANDS, GROUPS } from "./commands/specs.ts";
import type { CommandSpec, CommandSyntax, OptionSpec } from "./commands/spec.ts";
import { CliFailure, failureObject } from "./failure.ts";
import type { Io } from "./io.ts";
import { VERSION } from "./version.ts";

/** Where help and mistakes are printed. */
export type Streams = Pick<Io, "stdout" | "stderr">;

/** What a command line asks for. */
export interface Call<Spec extends CommandSpec = CommandSpec> {
  readonly spec: Spec;
  readonly options: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/**
 * Reads a command line without the global flags. Help and mistakes are printed here: the result is then the exit code.
 * A word that no command knows never starts anything. With `--json` both are JSON on stdout, too.
 *
 * Docs: runbook.md#five-minute-start
 */
export function parseCommandLine(argv: readonly string[], io: Streams): Call | number {
  let call: Call | undefined;
  const json = argv.includes("--json");
  const program = buildProgram({ io, json, argv }, (found) => (call = found));
  try {
    program.parse(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) reportMistake(error, { argv, io, json });
    return error.exitCode;
  }
  return call ?? 0;
}

// The line itself is on stderr already.
function reportMistake(
  { code, message }: CommanderError,
  { argv, io, json }: { readonly argv: readonly string[]; readonly io: Streams; readonly json: boolean },
): void {
  const meant = code === "commander.excessArguments" ? nearestCommand(argv) : undefined;
  if (meant !== undefined) io.stderr.write(`(Did you mean ${meant}?)\n`);
  if (json) {
    const failure = new CliFailure(message.replace(/^error: /, ""), { code: "usage" });
    io.stdout.write(`${JSON.stringify(failureObject(failure), null, 2)}\n`);
  }
}

// `gateway` runs by itself, so that a mistyped word behind it is one word too many.
function nearestCommand(argv: readonly string[]): string | undefined {
  const [parent, typed] = argv.filter((word) => !word.startsWith("-"));
  const below = COMMANDS.flatMap(({ name }) =>
    name.startsWith(`${parent} `) ? [name.split(" ")[1] ?? ""] : [],
  );
  const meant = nearestName(typed ?? "", below);
  return meant === undefined ? undefined : `${parent} ${meant}`;
}

interface Request {
  readonly io: Streams;
  readonly json: boolean;
  readonly argv: readonly string[];
}

function buildProgram({ io, json, argv }: Request, found: (call: Call) => void): Command {
  const part = json ? WHOLE : partFor(argv);
  const running = new Set<Command>();
  const program = new Command("openclaw")
    .description(`OpenClaw ${VERSION}`)
    .usage("[--dev | --profile <name>] [--log-level <level>] [--no-color] <command>")
    .version(VERSION, "-V, --version", "print the version")
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .configureHelp(
      json ? { formatHelp: (command) => `${JSON.stringify(listCommand(command, running), null, 2)}\n` } : {},
    )
    .exitOverride();
  const commands = new Map<string, Command>([["", program]]);
  for (const group of GROUPS.filter(part.has)) commands.set(group.name, commandFor(group, commands).command);
  for (const spec of COMMANDS.filter(part.has)) {
    const command = addCommand(part.isPassed(spec) ? { ...spec, options: [] } : spec, commands, found);
    commands.set(spec.name, command);
    running.add(command);
  }
  return program;
}

/** Which commands a line is about. */
interface Part {
  readonly has: (syntax: CommandSyntax) => boolean;
  /** Whether the line names one that it holds, right behind it: its own options cannot be given there. */
  readonly isPassed: (syntax: CommandSyntax) => boolean;
}

const WHOLE: Part = { has: () => true, isPassed: () => false };

/** The command that a line names, what holds it, and what it holds: nothing else is looked at for that line. */
function partFor(argv: readonly string[]): Part {
  const words = argv[0] === "help" ? argv.slice(1) : argv;
  const known = new Set([...GROUPS, ...COMMANDS].map(({ name }) => name));
  let path = "";
  for (const word of words) {
    const longer = path === "" ? word : `${path} ${word}`;
    if (!known.has(longer)) break;
    path = longer;
  }
  const isPassed = ({ name }: CommandSyntax) => path.startsWith(`${name} `);
  return {
    has: (syntax) => syntax.name === path || isPassed(syntax) || parentOf(syntax.name) === path,
    isPassed,
  };
}

function parentOf(name: string): string {
  return name.split(" ").slice(0, -1).join(" ");
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
  const parent = commands.get(parentOf(name));
  if (!parent) throw new Error(`no parent command for ${name}`);
  return { command: parent.command(name.split(" ").at(-1) ?? "").description(summary), parent };
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
