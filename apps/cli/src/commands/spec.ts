import type { FrequentName } from "./frequent-modules.ts";
import type { ModuleName, ProgramName } from "./modules.ts";

/** One option: flags as in help, what it does, and how it is read. */
export interface OptionSpec {
  readonly flags: string;
  readonly summary: string;
  /** The option may be repeated; its value is the number of times. */
  readonly counts?: true;
  /** Attribute name of an option it cannot be combined with. */
  readonly conflicts?: string;
  /** The command does nothing useful without it. */
  readonly required?: true;
}

/** What an invalid configuration file means to a command: a warning, the end, or its own business. */
export type InvalidConfigRule = "warn" | "stop" | "own";

/** Help and arguments of a command. */
export interface CommandSyntax {
  /** Words that name it, e.g. `gateway status`. */
  readonly name: string;
  readonly summary: string;
  /** Positional arguments, e.g. `<method>`. */
  readonly words?: readonly string[];
  readonly options?: readonly OptionSpec[];
  /** Options of the parent command that count here too. */
  readonly inherits?: readonly string[];
}

/** What a command needs to be run, beside its code. */
interface CommandRules {
  readonly invalidConfig: InvalidConfigRule;
  /** Put before the message of a failure, in the command's own words. @default none */
  readonly failurePrefix?: string;
}

/** A command that is asked for all the time. */
export type FrequentSpec = CommandSyntax & CommandRules & { readonly frequent: FrequentName };

/** Any other, or a program. */
export type OtherSpec = CommandSyntax &
  ({ readonly program: ProgramName } | (CommandRules & { readonly module: ModuleName }));

/** One command as data: everything help needs, and the name of its code, which stays unloaded until it is called. */
export type CommandSpec = FrequentSpec | OtherSpec;
