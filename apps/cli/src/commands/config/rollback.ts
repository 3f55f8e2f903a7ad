import { configDifferences } from "@openclaw/config";

import { changeLines } from "../../config/change-lines.ts";
import { findEntry, previousTexts, textsOf } from "../../config/history-entry.ts";
import { plan, save, type SaveFlags, type Saved } from "../../config/save.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

/**
 * `config rollback [entry]`: the text of an entry again, as a write of its own; of a configuration that is no good every
 * file that is not as it last was. Docs: configuration.md#history
 */
export async function run(
  context: CommandContext,
  options: SaveFlags,
  words: readonly string[],
): Promise<number> {
  const { io } = context;
  const [typed] = words;
  const { id, ts, files } =
    typed === undefined
      ? await previousTexts(context)
      : await textsOf(context, await findEntry(context, typed));
  const command = ["config", "rollback", id];
  let saved: Saved | undefined;
  let changes: readonly string[] = [];
  // Nothing is written unless all of them together are good: each is checked as if those behind it were there already.
  for (const [index, { file, text }] of (options.dryRun ? files.slice(0, 1) : files).entries()) {
    const beside = files.slice(index + 1);
    const found = await plan(context, { kind: "file", text, file, beside }, options);
    if (index === 0) changes = changeLines(configDifferences(found.before.resolved, found.after.resolved));
    saved = await save(context, found, { flags: options, command });
  }
  if (options.json) {
    printJson(io, { ...saved, entry: id, files: files.map(({ file }) => file) });
    return 0;
  }
  const done = options.dryRun ? "Would restore" : "Restored";
  const when = ts === undefined ? ", the last good configuration" : ` of ${ts}`;
  const names = files.length > 1 ? files.map(({ file }) => `  ${file}`) : [];
  print(io, `${done} ${id}${when}.`, ...names, ...changes, ...(saved ? [saved.outcome] : []));
  return 0;
}
