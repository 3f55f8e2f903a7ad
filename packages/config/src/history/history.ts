import type { Paths } from "../paths.ts";
import { hashText } from "../source/hash-text.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { type FileSystem, fileSystem } from "../write/file-system.ts";
import { followLink, readIfExists } from "../write/private-file.ts";
import { DOCTOR, type JournalLine, MIGRATION, readJournal } from "./journal.ts";
import { keptText, textPath } from "./texts.ts";

/** A text that one of the configuration's files had, and how it got there. */
export interface HistoryEntry {
  /** First characters of the hash; entries of one id have the same text. */
  readonly id: string;
  /** ISO time; of a text that was typed into the file, the time it was found there. */
  readonly ts: string;
  /** For whom it was written, or by which command; null when nobody said. */
  readonly actor: string | null;
  readonly source: "cli" | "doctor" | "rpc" | "file" | "migration";
  /** Dotted paths of the settings that changed, where they are known. */
  readonly paths: readonly string[];
  readonly hash: string;
  readonly file: string;
  /** Where the text is kept; absent when it is no longer. */
  readonly backup?: string;
}

export interface HistoryOptions {
  readonly paths: Pick<Paths, "auditPath" | "historyDir">;
  readonly loaded: Pick<LoadedConfig, "includes" | "path">;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
}

const ID_LENGTH = 12;

/**
 * What the files of the configuration said over time, newest first. Writes are known from the audit file; a text that
 * none of them wrote was typed into the file, and is an entry too. Docs: configuration.md#history
 */
export async function readHistory(options: HistoryOptions): Promise<readonly HistoryEntry[]> {
  const { paths, loaded, fs = fileSystem } = options;
  const names = [loaded.path, ...loaded.includes.map(({ path }) => path)];
  const real = await Promise.all(names.map((name) => followLink(fs, name).catch(() => name)));
  const lines = await readJournal(fs, paths.auditPath);
  const texts = await Promise.all(
    names.map(async (file, index) => {
      // An included file may be the target of another name.
      if (real.indexOf(real[index] ?? file) < index) return [];
      const own = lines.filter(({ configPath }) => configPath === file || configPath === real[index]);
      return textsOf(fs, file, own);
    }),
  );
  const entries = texts.flat().sort((a, b) => (a.ts < b.ts ? 1 : a.ts > b.ts ? -1 : 0));
  const kept = new Set(await fs.readdir(paths.historyDir).catch(() => []));
  return entries.map((entry) => {
    const backup = textPath(paths.historyDir, entry.hash);
    return { ...entry, ...(kept.has(`${entry.hash}.json5`) && { backup }) };
  });
}

/** The text of an entry; undefined when it is no longer kept. */
export function historyText(
  entry: Pick<HistoryEntry, "hash">,
  { paths, fs = fileSystem }: Pick<HistoryOptions, "fs" | "paths">,
): Promise<string | undefined> {
  return keptText(fs, paths.historyDir, entry.hash);
}

/** Whether a rollback brings a file back that is gone. */
export async function canRestore(
  options: HistoryOptions & { readonly loaded: Pick<LoadedConfig, "exists"> },
): Promise<boolean> {
  if (options.loaded.exists) return false;
  const [last] = await readHistory(options);
  return last?.backup !== undefined;
}

/** Newest first. */
async function textsOf(
  fs: FileSystem,
  file: string,
  lines: readonly JournalLine[],
): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let hash: string | undefined;
  for (const line of lines) {
    if (line.existsBefore && line.previousHash !== hash)
      entries.unshift(typed(file, line.previousHash, line.ts));
    hash = line.nextHash;
    entries.unshift(written(file, line));
  }
  const text = await readIfExists(fs, file);
  if (text !== undefined && hashText(text) !== hash) {
    const savedAt = await fs.stat(file).then(({ mtime }) => mtime.toISOString());
    // A copy may bring an old time along; what stands in the file is the newest all the same.
    const last = lines.at(-1)?.ts ?? savedAt;
    entries.unshift(typed(file, hashText(text), savedAt < last ? last : savedAt));
  }
  return entries;
}

function written(file: string, { ts, nextHash, changedPaths = [], actor, argv }: JournalLine): HistoryEntry {
  const command = argv === undefined ? null : argv.join(" ");
  return {
    id: nextHash.slice(0, ID_LENGTH),
    ts,
    actor: actor ?? command,
    source: sourceOf(actor),
    paths: changedPaths,
    hash: nextHash,
    file,
  };
}

function sourceOf(actor: string | undefined): HistoryEntry["source"] {
  if (actor === undefined) return "cli";
  return actor === MIGRATION || actor === DOCTOR ? actor : "rpc";
}

function typed(file: string, hash: string, ts: string): HistoryEntry {
  return { id: hash.slice(0, ID_LENGTH), ts, actor: null, source: "file", paths: [], hash, file };
}
