import { isUtf8 } from "node:buffer";
import { dirname } from "node:path";
import { ConfigError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import { hashText } from "../source/hash-text.ts";
import { errorCode } from "../source/source-files.ts";
import { appendAudit, type AuditFacts, type Writer } from "./audit.ts";
import { type FileSystem, fileSystem } from "./file-system.ts";
import { keepTexts } from "../history/texts.ts";
import { bytesIfExist, ensurePrivateDir, followLink } from "./private-file.ts";
import { replaceFile } from "./replace-file.ts";
import { withWriterLock } from "./writer-lock.ts";

export interface WriteConfigOptions {
  readonly paths: Pick<Paths, "auditPath" | "configPath"> & {
    /** Where the texts before and after are kept; nowhere without it, as for a file that is not the configuration. */
    readonly historyDir?: string;
  };
  /** The whole new text. */
  readonly text: string;
  readonly writer: Writer;
  /** Hash the file must still have, that of the empty text for a new file; without it the last writer wins. */
  readonly baseHash?: string;
  /** Other files that the new text was checked with; each must still have its hash. @default none */
  readonly unchanged?: readonly { readonly path: string; readonly hash: string }[];
  /** Dotted paths of the settings that change, for the audit line. */
  readonly changedPaths?: readonly string[];
  /** File whose lock writers take; with includes that of the main file. @default the file itself */
  readonly lockedBy?: string;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
  /** @default Date.now */
  readonly now?: () => number;
}

/** What a write did. */
export interface ConfigWrite {
  /** File that was replaced, symbolic links followed. */
  readonly path: string;
  readonly previousHash: string;
  readonly hash: string;
  /** Copy of the replaced text. */
  readonly backupPath?: string;
  /** Lines for the log, at level warn. */
  readonly logLines: readonly string[];
}

/**
 * Replaces the configuration file as a whole: readers see the old text or the new one, never a part. Owner, group and
 * mode stay; a new file is its owner's alone. Writers take turns. The old text stays as `.bak`, and one audit line tells who
 * wrote. A text equal to the file's is not written.
 *
 * Docs: configuration.md#writing
 *
 * @throws {ConfigError} conflict: the file no longer has `baseHash`, or another writer does not finish
 * @throws {ConfigError} io: reading, writing or renaming failed; the file is as it was
 */
export async function writeConfigFile(options: WriteConfigOptions): Promise<ConfigWrite> {
  const { paths, writer, fs = fileSystem } = options;
  try {
    const path = await followLink(fs, paths.configPath);
    await ensurePrivateDir(fs, dirname(path));
    const action = () => writeAlone(options, fs, path);
    const locked = options.lockedBy === undefined ? path : await followLink(fs, options.lockedBy);
    return await withWriterLock(fs, locked, { pid: writer.pid, action });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError("io", `Cannot write ${paths.configPath}: ${messageOf(error)}`, { cause: error });
  }
}

/** Write bits of owner, group and others. */
const ANY_WRITE = 0o222;

const NOTHING = new Uint8Array();

async function writeAlone(options: WriteConfigOptions, fs: FileSystem, path: string): Promise<ConfigWrite> {
  const { paths, text, writer, now = Date.now } = options;
  const audit = (facts: AuditFacts) => appendAudit(fs, paths.auditPath, { facts, writer, at: now() });
  // Bytes, not text: what stands there need not be any.
  const previous = await bytesIfExist(fs, path);
  const access = previous === undefined ? undefined : await fs.stat(path);
  const facts = { ...compare(paths.configPath, previous, text), ...changeFacts(options) };
  const { previousHash, nextHash: hash } = facts;
  checkBase(options, previousHash);
  if (previous !== undefined && previousHash === hash) return { path, previousHash, hash, logLines: [] };
  if (access !== undefined && (access.mode & ANY_WRITE) === 0) {
    // A rename would not mind; whoever took the right to write away does.
    throw new ConfigError("io", `Cannot write ${paths.configPath}: the file is read-only`);
  }
  const check = async () => {
    checkBase(options, await hashOf(fs, path));
    for (const { path: other, hash: expected } of options.unchanged ?? []) {
      if ((await hashOf(fs, other)) !== expected) throw conflict();
    }
  };
  try {
    const { result, ...backup } = await replaceFile(fs, { path, text, access, pid: writer.pid, check });
    const replaced = asText(previous);
    // The file counts, not the note about it: a full disk must not turn a finished write into a failed one.
    const noted = await audit({ ...facts, result }).catch((error: unknown) => messageOf(error));
    const kept = await keepBoth(fs, paths.historyDir, [replaced, text]).catch(messageOf);
    const notes = backupNote(backup) + countNote(facts);
    const logLines = [
      `Config overwrite: ${path} (sha256 ${previousHash} -> ${hash}${notes})`,
      ...anomalyLines(path, facts),
      ...(noted === undefined ? [] : [`Config write audit failed: ${noted}`]),
      ...(kept === undefined ? [] : [`Config history not kept: ${kept}`]),
    ];
    return { path, previousHash, hash, ...backup, logLines };
  } catch (error) {
    const code = errorCode(error);
    const failure = { errorMessage: messageOf(error), ...(code !== undefined && { errorCode: code }) };
    // What went wrong with the write matters more than what goes wrong with noting it.
    await audit({ ...facts, result: "failed", ...failure }).catch(() => undefined);
    throw error;
  }
}

/** Smaller files may well lose half of what they say. */
const ANOMALY_MIN_BYTES = 512;

/** A write that was wanted and still looks like an accident. */
function anomalyLines(
  path: string,
  facts: Pick<AuditFacts, "nextBytes" | "previousBytes">,
): readonly string[] {
  const { previousBytes, nextBytes } = facts;
  if (previousBytes < ANOMALY_MIN_BYTES || nextBytes >= previousBytes / 2) return [];
  return [`Config write anomaly: ${path} (size-drop:${previousBytes}->${nextBytes})`];
}

async function keepBoth(
  fs: FileSystem,
  historyDir: string | undefined,
  texts: readonly (string | undefined)[],
): Promise<undefined> {
  if (historyDir !== undefined) await keepTexts(fs, historyDir, texts);
}

/** Hash of a file, that of the empty text when there is none. */
async function hashOf(fs: FileSystem, path: string): Promise<string> {
  return hashText((await bytesIfExist(fs, path)) ?? NOTHING);
}

/** The text that these bytes are; undefined when they are none. */
function asText(bytes: Buffer | undefined): string | undefined {
  return bytes !== undefined && isUtf8(bytes) ? bytes.toString("utf8") : undefined;
}

function compare(configPath: string, previous: Buffer | undefined, next: string): Omit<AuditFacts, "result"> {
  return {
    configPath,
    existsBefore: previous !== undefined,
    previousHash: hashText(previous ?? NOTHING),
    nextHash: hashText(next),
    previousBytes: previous?.byteLength ?? 0,
    nextBytes: Buffer.byteLength(next),
  };
}

function checkBase({ baseHash }: WriteConfigOptions, hash: string): void {
  if (baseHash !== undefined && baseHash !== hash) {
    throw conflict();
  }
}

function conflict(): ConfigError {
  return new ConfigError("conflict", "config changed since last load; re-run config.get and retry");
}

/** A line of the audit stays a line, whatever a client sends. */
const MAX_AUDITED_PATHS = 50;
const MAX_AUDITED_CHARS = 200;

function changeFacts({
  changedPaths,
}: WriteConfigOptions): Pick<AuditFacts, "changedPathCount" | "changedPaths"> {
  if (changedPaths === undefined) return {};
  const shown = changedPaths.slice(0, MAX_AUDITED_PATHS).map((path) => path.slice(0, MAX_AUDITED_CHARS));
  return { changedPaths: shown, changedPathCount: changedPaths.length };
}

function countNote({ changedPathCount }: Pick<AuditFacts, "changedPathCount">): string {
  return changedPathCount === undefined ? "" : `, changedPaths=${changedPathCount}`;
}

function backupNote({ backupPath }: Pick<ConfigWrite, "backupPath">): string {
  return backupPath === undefined ? "" : `, backup=${backupPath}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
