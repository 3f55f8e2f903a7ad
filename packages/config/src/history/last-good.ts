import type { FileText } from "../load-config.ts";
import type { Paths } from "../paths.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { type FileSystem, fileSystem } from "../write/file-system.ts";
import { readNote, writeNote } from "./last-good-note.ts";
import { keptText, keepTexts } from "./texts.ts";

/** The configuration that a gateway ran with last. */
export interface LastGood {
  /** Of the main file's text. */
  readonly hash: string;
  /** What its files said: the main file, and then all that it included, symbolic links followed. */
  readonly files: readonly [main: FileText, ...included: FileText[]];
}

export interface LastGoodOptions {
  readonly paths: Pick<Paths, "configPath" | "historyDir">;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
}

/** Keeps the texts a gateway runs with, and remembers that it does. */
export async function keepInForce(
  { raw, hash, includes }: Pick<LoadedConfig, "hash" | "includes" | "raw">,
  { paths: { historyDir }, fs = fileSystem }: LastGoodOptions,
): Promise<void> {
  if (raw === null) return;
  await keepTexts(fs, historyDir, [...includes.map(({ text }) => text), raw]);
  const files = includes.map((file) => ({ path: file.path, hash: file.hash }));
  await writeNote(fs, historyDir, { main: hash, includes: files });
}

/** The configuration that a gateway ran with last; undefined before the first one, and when a text is no longer kept. */
export async function readLastGood({
  paths: { configPath, historyDir },
  fs = fileSystem,
}: LastGoodOptions): Promise<LastGood | undefined> {
  const note = await readNote(fs, historyDir);
  if (note === undefined) return undefined;
  const main = await keptText(fs, historyDir, note.main);
  const included = await Promise.all(
    note.includes.map(async ({ path, hash }) => {
      const text = await keptText(fs, historyDir, hash);
      return text === undefined ? [] : [{ file: path, text }];
    }),
  );
  if (main === undefined || included.some(({ length }) => length === 0)) return undefined;
  return { hash: note.main, files: [{ file: configPath, text: main }, ...included.flat()] };
}
