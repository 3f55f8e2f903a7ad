import { readFile } from "node:fs/promises";

import { type FileText, historyText, readHistory, readLastGood, type HistoryEntry } from "@openclaw/config";

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

/** Texts to go back to; those of the last good configuration have no time of their own. */
export interface EarlierTexts extends Pick<HistoryEntry, "id"> {
  readonly ts?: string;
  /** In the order in which they are written; never empty. */
  readonly files: readonly FileText[];
}

/**
 * What the last change replaced, or made when the file is gone since; for a configuration that is no good, or was typed into its file and taken over by no
 * gateway since, all that one ran with last.
 */
export async function previousTexts(context: CommandContext): Promise<EarlierTexts> {
  const [last, ...older] = await readHistory(context);
  const isWritten = context.loaded.valid && last?.source !== "file";
  const lastGood = isWritten ? undefined : await readLastGood(context);
  if (lastGood !== undefined) {
    const [main, ...included] = lastGood.files;
    // The main file last: a running gateway is asked to write it, and checks it with the others.
    const files = await changedFiles([...included, main]);
    if (files.length > 0) return { id: lastGood.hash.slice(0, ID_LENGTH), files };
  }
  const previous = context.loaded.exists
    ? older.find(({ file, hash }) => file === last?.file && hash !== last.hash)
    : last;
  if (previous !== undefined) return textsOf(context, previous);
  throw new CliFailure("there is nothing to go back to", { code: "not_found" });
}

/** An entry as what a rollback writes. @throws {CliFailure} when its text is no longer kept */
export async function textsOf(context: CommandContext, entry: HistoryEntry): Promise<EarlierTexts> {
  const { id, ts, file } = entry;
  return { id, ts, files: [{ file, text: await textOf(context, entry) }] };
}

/** Those that say something else now, or cannot be read. */
async function changedFiles(files: readonly FileText[]): Promise<readonly FileText[]> {
  const changed = files.map(async (each) => {
    const bytes = await readFile(each.file).catch(() => undefined);
    return bytes?.equals(Buffer.from(each.text)) === true ? [] : [each];
  });
  return (await Promise.all(changed)).flat();
}

/** The text of an entry. @throws {CliFailure} when it is no longer kept */
export async function textOf({ paths }: CommandContext, entry: Pick<HistoryEntry, "hash">): Promise<string> {
  const text = await historyText(entry, { paths });
  if (text !== undefined) return text;
  throw new CliFailure(`the text of ${entry.hash.slice(0, 12)} is no longer kept`, { code: "not_found" });
}
