import { invalidConfigLines } from "@openclaw/config";

import { complain, type CommandContext } from "./context.ts";
import { CliFailure } from "./failure.ts";

/** Says what is wrong with the configuration file and lets the command go on with what is left. */
export function warnInvalidConfig({ io, loaded, paths }: CommandContext): void {
  complain(io, ...invalidConfigLines(loaded, paths));
}

/** The end of a command that cannot work with an invalid file. Docs: configuration.md#validation */
export function invalidConfigFailure({ loaded, paths, program }: CommandContext): CliFailure {
  const [message, ...details] = invalidConfigLines(loaded, paths);
  return new CliFailure(message, {
    code: "config_invalid",
    label: "",
    details,
    hint: `${program} doctor --fix`,
  });
}
