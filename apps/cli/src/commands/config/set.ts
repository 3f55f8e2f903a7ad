import { parseConfigValue } from "@openclaw/config";

import { unreadable } from "../../config/refusals.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { typedPath } from "../../config/typed-path.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options extends SaveFlags {
  readonly strictJson?: boolean;
}

/** `config set <path> <value>`: one setting, in the file it is written in. Docs: configuration.md#commands */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const { io, loaded } = context;
  const [text = "", typed = ""] = words;
  const path = typedPath(text);
  // Scripts know --json as the strict reading of the value.
  const strict = options.strictJson === true || options.json === true;
  const parsed = parseConfigValue(typed, { strict });
  if (!parsed.ok) throw new CliFailure(parsed.message, { code: "usage" });
  if (!loaded.valid) throw unreadable(context);
  const found = await plan(
    context,
    { kind: "change", changes: () => [{ path, value: parsed.value }] },
    options,
  );
  const saved = await save(context, found, { flags: options, command: ["config", "set", text] });
  if (options.json) printJson(io, saved);
  else print(io, options.dryRun ? `Would update ${text}.` : `Updated ${text}.`, saved.outcome);
  return 0;
}
