import { randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import { hashText } from "../source/hash-text.ts";
import { errorCode } from "../source/source-files.ts";
import { appendAudit, type AuditFacts, type Writer } from "./audit.ts";
import { rotateBackups } from "./backups.ts";
import { type FileSystem, fileSystem } from "./file-system.ts";
import { ensurePrivateDir, followLink, readIfExists, syncDir, writePrivateFile } from "./private-file.ts";

export interface WriteConfigOptions {
  readonly paths: Pick<Paths, "auditPath" | "configPath">;
  /** The whole new text. */
  readonly text: string;
  readonly writer: Writer;
  /** Hash the file must still have, that of the empty text for a new file; without it the last writer wins. */
  readonly baseHash?: string;
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
 * Replaces the configuration file as a whole: readers see the old text or the new one, never a part, and only
 * the owner can read either. The old text stays as `.bak`, and one audit line tells who wrote. A text equal to
 * the file's is not written.
 *
 * Docs: configuration.md#writing
 *
 * @throws {ConfigError} conflict: the file no longer has `baseHash`
 * @throws {ConfigError} io: reading, writing or renaming failed; the file is as it was
 */
export async function writeConfigFile(options: WriteConfigOptions): Promise<ConfigWrite> {
  const { paths, text, writer, fs = fileSystem, now = Date.now } = options;
  // The file counts, not the note about it: a full disk must not turn a finished write into a failed one.
  const audit = (facts: AuditFacts) =>
    appendAudit(fs, paths.auditPath, { facts, writer, at: now() }).then(
      () => [],
      (error: unknown) => [`Config write audit failed: ${messageOf(error)}`],
    );
  const path = await followLink(fs, paths.configPath).catch(rethrow(paths.configPath));
  const previous = await readIfExists(fs, path).catch(rethrow(path));
  const facts = compare(paths.configPath, previous, text);
  const { previousHash, nextHash: hash } = facts;
  checkBase(options, previousHash);
  if (previous === text) return { path, previousHash, hash, logLines: [] };

  const temporary = join(dirname(path), `${basename(path)}.${writer.pid}.${randomUUID()}.tmp`);
  try {
    await ensurePrivateDir(fs, dirname(path));
    await writePrivateFile(fs, temporary, { text, flags: "wx" });
    const backupPath = previous === undefined ? undefined : await rotateBackups(fs, path, previous);
    checkBase(options, hashText((await readIfExists(fs, path)) ?? ""));
    const result = await replaceFile(fs, { temporary, path, text });
    const auditLines = await audit({ ...facts, result });
    const backup = backupPath === undefined ? "" : `, backup=${backupPath}`;
    const logLines = [
      `Config overwrite: ${path} (sha256 ${previousHash} -> ${hash}${backup})`,
      ...auditLines,
    ];
    return { path, previousHash, hash, ...(backupPath !== undefined && { backupPath }), logLines };
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    const code = errorCode(error);
    await audit({
      ...facts,
      result: "failed",
      errorMessage: messageOf(error),
      ...(code !== undefined && { errorCode: code }),
    });
    return rethrow(path)(error);
  }
}

/** Moves the new file over the old one; where the old one cannot be moved over, fills it in place. */
async function replaceFile(
  fs: FileSystem,
  { temporary, path, text }: { temporary: string; path: string; text: string },
): Promise<AuditFacts["result"]> {
  try {
    await fs.rename(temporary, path);
    await syncDir(fs, dirname(path));
    return "rename";
  } catch (error) {
    // EBUSY: the file itself is a mount point, as containers like to have it.
    if (!["EPERM", "EEXIST", "EBUSY"].includes(errorCode(error) ?? "")) throw error;
    await writePrivateFile(fs, path, { text, flags: "w" });
    await fs.rm(temporary, { force: true });
    return "copy-fallback";
  }
}

function compare(configPath: string, previous: string | undefined, next: string): Omit<AuditFacts, "result"> {
  return {
    configPath,
    existsBefore: previous !== undefined,
    previousHash: hashText(previous ?? ""),
    nextHash: hashText(next),
    previousBytes: Buffer.byteLength(previous ?? ""),
    nextBytes: Buffer.byteLength(next),
  };
}

function checkBase({ baseHash }: WriteConfigOptions, hash: string): void {
  if (baseHash !== undefined && baseHash !== hash) {
    throw new ConfigError("conflict", "config changed since last load; re-run config.get and retry");
  }
}

function rethrow(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError("io", `Cannot write ${path}: ${messageOf(error)}`, { cause: error });
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
