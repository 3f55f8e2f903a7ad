import { configDifferences } from "@openclaw/config";

import { changeLines } from "../../config/change-lines.ts";
import { type EarlierText, findEntry, previousEntry, textOf } from "../../config/history-entry.ts";
import { plan, save, type SaveFlags } from "../../config/save.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

/** `config rollback [entry]`: the text of an entry again, as a write of its own. Docs: configuration.md#history */
export async function run(
  context: CommandContext,
  options: SaveFlags,
  words: readonly string[],
): Promise<number> {
  const { io } = context;
  const [typed] = words;
  const entry: EarlierText =
    typed === undefined ? await previousEntry(context) : await findEntry(context, typed);
  const text = await textOf(context, entry);
  const found = await plan(context, { kind: "file", text, file: entry.file }, options);
  const saved = await save(context, found, { flags: options, command: ["config", "rollback", entry.id] });
  if (options.json) {
    printJson(io, { ...saved, entry: entry.id });
    return 0;
  }
  const done = options.dryRun ? "Would restore" : "Restored";
  const changes = changeLines(configDifferences(found.before.resolved, found.after.resolved));
  const when = entry.ts === undefined ? ", the last good text" : ` of ${entry.ts}`;
  print(io, `${done} ${entry.id}${when}.`, ...changes, saved.outcome);
  return 0;
}
