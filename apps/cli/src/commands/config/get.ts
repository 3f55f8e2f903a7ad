import { defaultValue, getPath, redactValue } from "@openclaw/config";

import { pathNotFound, unreadable } from "../../config/refusals.ts";
import { typedPath } from "../../config/typed-path.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options {
  readonly json?: boolean;
  readonly reveal?: boolean;
}

/**
 * `config get <path>`: one value of the configuration with its defaults. Secrets are hidden unless `--reveal` is given
 * and a person sits at stdin; stdout may well be captured, as in `$(openclaw config get … --reveal)`.
 *
 * Docs: configuration.md#reading
 */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const { io, loaded, paths } = context;
  const [text = ""] = words;
  const path = typedPath(text);
  if (options.reveal && !io.stdinIsTerminal) {
    throw new CliFailure("--reveal works only when stdin is a terminal", { code: "usage" });
  }
  if (!loaded.valid) throw unreadable(context);
  const value = getPath(loaded.config, path) ?? defaultValue(path, paths);
  if (value === undefined) throw pathNotFound(text);
  const shown = options.reveal ? value : redactValue(value, path);
  if (options.json || typeof shown === "object") printJson(io, shown);
  else print(io, String(shown));
  return 0;
}
