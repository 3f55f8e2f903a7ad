import type { Command, Option } from "commander";

import type { OptionSpec } from "./commands/spec.ts";

/** An option as `--help --json` lists it. */
export interface ListedOption {
  /** As help shows it, e.g. `-m, --message <text>`. */
  readonly flags: string;
  readonly summary: string;
  /** The command does not run without it. */
  readonly required: boolean;
}

/** A command with all below it, as `--help --json` lists it. Docs: command-output.md#the-tree-of-commands */
export interface ListedCommand {
  /** Every word that names it, e.g. `openclaw gateway status`. */
  readonly name: string;
  readonly summary: string;
  /** Whether it does something by itself; one that does not only holds others. */
  readonly runs: boolean;
  /** Positional arguments in order: `<path>` must be there, `[file]` may be. */
  readonly words: readonly string[];
  readonly options: readonly ListedOption[];
  readonly subcommands: readonly ListedCommand[];
}

/** Lists a command and all below it. @param runs the commands that do something by themselves */
export function listCommand(command: Command, runs: ReadonlySet<Command>): ListedCommand {
  return {
    name: fullName(command),
    summary: command.description(),
    runs: runs.has(command),
    words: command.registeredArguments.map((word) =>
      word.required ? `<${word.name()}>` : `[${word.name()}]`,
    ),
    options: [...(command.parent ? [] : GLOBAL_OPTIONS.map(listSpec)), ...command.options.map(listOption)],
    subcommands: command.commands.map((below) => listCommand(below, runs)),
  };
}

/** Options that come before the command's name and are taken off before it is read. Docs: configuration.md#profiles */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: "--profile <name>", summary: "use the state folder and configuration of this name" },
  { flags: "--dev", summary: "the profile dev, on port 19001" },
  { flags: "--log-level <level>", summary: "how much is logged" },
  { flags: "--no-color", summary: "no colours; also behind the command's name" },
];

function listSpec({ flags, summary }: OptionSpec): ListedOption {
  return { flags, summary, required: false };
}

function listOption({ flags, description, mandatory }: Option): ListedOption {
  return { flags, summary: description, required: mandatory };
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
