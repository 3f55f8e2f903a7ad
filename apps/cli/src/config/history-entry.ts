import { historyText, lastGoodHash, readHistory, type HistoryEntry } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

const SHORTEST_ID = 4;
const ID_LENGTH = 12;

/** The entry of the history whose hash begins as typed. */
export async function findEntry(context: CommandContext, typed: string): Promise<HistoryEntry> {
  const entries = await readHistory(context);
  const found = entries.filter(({ hash }) => typed.length >= SHORTEST_ID && hash.startsWith(typed));
  const [entry] = found;
  const hint = `${context.program} config history`;
  if (entry === undefined) throw new CliFailure(`no such entry: ${typed}`, { code: "not_found", hint });
  if (found.every(({ hash }) => hash === entry.hash)) return entry;
  throw new CliFailure(`more than one entry begins with ${typed}`, { code: "usage", hint });
}

/** A text to go back to; the last good one has no time of its own. */
export type EarlierText = Pick<HistoryEntry, "file" | "hash" | "id"> & Partial<Pick<HistoryEntry, "ts">>;

/** What the last change replaced; for a file that is no good, the text a gateway ran with last. */
export async function previousEntry(context: CommandContext): Promise<EarlierText> {
  const { loaded, paths } = context;
  const hash = loaded.valid ? undefined : await lastGoodHash({ paths });
  if (hash !== undefined && hash !== loaded.hash)
    return { id: hash.slice(0, ID_LENGTH), hash, file: paths.configPath };
  const [last, ...older] = await readHistory(context);
  const previous = older.find(({ file, hash }) => file === last?.file && hash !== last.hash);
  if (previous !== undefined) return previous;
  throw new CliFailure("there is nothing to go back to", { code: "not_found" });
}

/** The text of an entry. @throws {CliFailure} when it is no longer kept */
export async function textOf({ paths }: CommandContext, entry: Pick<HistoryEntry, "hash">): Promise<string> {
  const text = await historyText(entry, { paths });
  if (text !== undefined) return text;
  throw new CliFailure(`the text of ${entry.hash.slice(0, 12)} is no longer kept`, { code: "not_found" });
}
