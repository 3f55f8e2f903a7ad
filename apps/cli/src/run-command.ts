import { invalidConfigFix, invalidConfigLines } from "@openclaw/config";

import type { CommandModule } from "./commands/command-module.ts";
import type { InvalidConfigRule } from "./commands/spec.ts";
import { complain, openContext, type CommandContext } from "./context.ts";
import { CliFailure } from "./failure.ts";
import type { Io } from "./io.ts";

/** A command with its code on the way. */
export interface CommandCall {
  readonly command: Promise<CommandModule>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
  readonly invalidConfig: InvalidConfigRule;
}

/**
 * Reads the configuration and runs a command with it. An invalid file is a warning for reports, which go on with what
 * is left, and the end of what relies on it.
 *
 * Docs: configuration.md#validation
 */
export async function runCommand(io: Io, call: CommandCall): Promise<number> {
  const [context, command] = await Promise.all([openContext(io), call.command]);
  if (!context.loaded.valid) {
    if (call.invalidConfig === "stop") throw invalidConfigFailure(context);
    if (call.invalidConfig === "warn") warnOfConfig(context);
  }
  // The parser filled `options` from the very spec that names the module.
  return command.run(context, call.options as never, call.words);
}

function warnOfConfig({ io, loaded, paths, program }: CommandContext): void {
  complain(io, ...invalidConfigLines(loaded, paths, program), `Next: ${program} ${invalidConfigFix(loaded)}`);
}

function invalidConfigFailure({ loaded, paths, program }: CommandContext): CliFailure {
  const [message, ...details] = invalidConfigLines(loaded, paths, program);
  return new CliFailure(message, {
    code: "config_invalid",
    label: "",
    details,
    hint: `${program} ${invalidConfigFix(loaded)}`,
  });
}
