import { getPath, parseConfigPath, redactValue } from "@openclaw/config";

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
  const { io, loaded } = context;
  const [text = ""] = words;
  const parsed = parseConfigPath(text);
  if (!parsed.ok) throw new CliFailure(parsed.message, { code: "usage", label: "" });
  if (options.reveal && !io.stdinIsTerminal) {
    throw new CliFailure("--reveal works only when stdin is a terminal", { code: "usage" });
  }
  if (!loaded.valid) throw unreadable(context);
  const value = getPath(loaded.config, parsed.path);
  if (value === undefined)
    throw new CliFailure(`Config path not found: ${text}`, { code: "not_found", label: "" });
  const shown = options.reveal ? value : redactValue(value, parsed.path);
  if (options.json || typeof shown === "object") printJson(io, shown);
  else print(io, String(shown));
  return 0;
}

function unreadable({ loaded, program }: CommandContext): CliFailure {
  const details = loaded.issues.map(({ path, message }) => `- ${path || "<root>"}: ${message}`);
  return new CliFailure(`Config invalid at ${loaded.path}.`, {
    code: "config_invalid",
    label: "",
    details: [...details, `Run \`${program} doctor\` to repair, then retry.`],
  });
}
