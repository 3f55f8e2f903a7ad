import type { CommandContext } from "../context.ts";

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

/** A command's code, loaded when it is called. `options` holds what its spec declares. */
export interface CommandModule {
  // Commander types options as an open record; each module states the ones its spec declares.
  run(context: CommandContext, options: never, words: readonly string[]): Promise<number>;
}

/** One command as data: everything help needs, and how to get its code. */
export interface CommandSpec {
  /** Words that name it, e.g. `gateway status`. */
  readonly name: string;
  readonly summary: string;
  /** Positional arguments, e.g. `<method>`. */
  readonly words?: readonly string[];
  readonly options?: readonly OptionSpec[];
  /** Options of the parent command that count here too. */
  readonly inherits?: readonly string[];
  /** What an invalid configuration file means: a warning, or the end. @default "stop" */
  readonly invalidConfig?: "warn" | "stop" | "own";
  /** Put before the message of a failure. @default "Error: " */
  readonly failurePrefix?: string;
  readonly load: () => Promise<CommandModule>;
}

/** A command that only holds others. */
export type CommandGroup = Pick<CommandSpec, "name" | "summary">;
