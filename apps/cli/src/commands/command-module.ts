import type { CommandContext } from "../context.ts";
import type { Io } from "../io.ts";

/**
 * A command's code, loaded when it is called. `options` holds what its spec declares: the parser types them as an open
 * record, each module as its own interface, hence `never`.
 */
export interface CommandModule {
  run(context: CommandContext, options: never, words: readonly string[]): Promise<number>;
}

/** A program that runs in this process on its own terms: it reads its configuration and handles signals itself. */
export interface ProgramModule {
  runProgram(io: Io, options: never): Promise<number>;
}
