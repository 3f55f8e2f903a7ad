import { getPath } from "@openclaw/config";

import { pathNotFound, unreadable } from "../../config/refusals.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { typedPath } from "../../config/typed-path.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { readFields } from "../../read-fields.ts";

/** `config unset <path>`: takes out a setting, and the sections it leaves empty. Docs: configuration.md#commands */
export async function run(
  context: CommandContext,
  options: SaveFlags,
  words: readonly string[],
): Promise<number> {
  const { io, loaded } = context;
  const [text = ""] = words;
  const path = typedPath(text);
  if (!loaded.valid) throw unreadable(context);
  if (getPath(loaded.written, path) === undefined) throw pathNotFound(text);
  const change = { path: withEmptyParents(loaded.parsed, path), value: undefined };
  const found = await plan(context, { kind: "change", changes: () => [change] }, options);
  const saved = await save(context, found, { flags: options, command: ["config", "unset", text] });
  if (options.json) printJson(io, saved);
  else print(io, options.dryRun ? `Would remove ${text}.` : `Removed ${text}.`, saved.outcome);
  return 0;
}

/** The outermost section of the main file that holds nothing else; an item of a list goes alone. */
function withEmptyParents(parsed: unknown, path: readonly string[]): readonly string[] {
  const parent = path.slice(0, -1);
  const section = getPath(parsed, parent);
  if (parent.length === 0 || Array.isArray(section)) return path;
  const [only, ...others] = Object.keys(readFields(section));
  return only === path.at(-1) && others.length === 0 ? withEmptyParents(parsed, parent) : path;
}
