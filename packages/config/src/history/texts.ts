import { join } from "node:path";
import { hashText } from "../source/hash-text.ts";
import type { FileSystem } from "../write/file-system.ts";
import { clearLeftovers, ensurePrivateDir, readIfExists, replacePrivateFile } from "../write/private-file.ts";

/** Texts kept, the ones that were in force last. */
const KEPT_TEXTS = 50;
const TEXT_NAME = /^[0-9a-f]{64}\.json5$/;

/**
 * Keeps texts of the configuration under their hash, for their owner only, and lets the oldest go. The last one counts
 * as the newest.
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
  const old = dated.sort((a, b) => b.at - a.at).slice(KEPT_TEXTS);
  for (const { name } of old) await fs.rm(join(historyDir, name), { force: true });
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
  return join(historyDir, `${hash}.json5`);
}
