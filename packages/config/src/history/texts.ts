import { join } from "node:path";
import { hashText } from "../source/hash-text.ts";
import type { FileSystem } from "../write/file-system.ts";
import { readNote } from "./last-good-note.ts";
import { clearLeftovers, ensurePrivateDir, readIfExists, replacePrivateFile } from "../write/private-file.ts";

/** Texts kept, the ones that were in force last; more only while the last good configuration has more files. */
const KEPT_TEXTS = 50;
const TEXT_NAME = /^[0-9a-f]{64}\.json5$/;

/**
 * Keeps texts of the configuration under their hash, for their owner only, and lets the oldest go, but none of the last
 * good configuration. The last one counts as the newest.
 */
export async function keepTexts(
  fs: FileSystem,
  historyDir: string,
  texts: readonly (string | undefined)[],
): Promise<void> {
  await ensurePrivateDir(fs, historyDir);
  await clearLeftovers(fs, historyDir, () => true);
  for (const text of texts) {
    // Written again even if it is there: its time says when it was in force.
    if (text) await replacePrivateFile(fs, textPath(historyDir, hashText(text)), text);
  }
  const names = (await fs.readdir(historyDir)).filter((name) => TEXT_NAME.test(name));
  if (names.length <= KEPT_TEXTS) return;
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await fs.stat(join(historyDir, name))).mtimeMs })),
  );
  const note = await readNote(fs, historyDir);
  const lastGood = note === undefined ? [] : [note.main, ...note.includes.map(({ hash }) => hash)];
  const stays = new Set([...lastGood, ...texts.map((text = "") => hashText(text))].map(nameOf));
  const old = dated.sort((a, b) => b.at - a.at).slice(KEPT_TEXTS);
  for (const { name } of old) if (!stays.has(name)) await fs.rm(join(historyDir, name), { force: true });
}

/** A kept text; undefined when it is no longer kept, or not what its name says. */
export async function keptText(
  fs: FileSystem,
  historyDir: string,
  hash: string,
): Promise<string | undefined> {
  const text = await readIfExists(fs, textPath(historyDir, hash));
  return text !== undefined && hashText(text) === hash ? text : undefined;
}

/** Where a text is kept. */
export function textPath(historyDir: string, hash: string): string {
  return join(historyDir, nameOf(hash));
}

function nameOf(hash: string): string {
  return `${hash}.json5`;
}
