import { dirname } from "node:path";
import type { FileSystem } from "./file-system.ts";
import { ensurePrivateDir, writePrivateFile } from "./private-file.ts";
import { shiftFiles } from "./shift-files.ts";

/** Who writes; goes into the audit line. */
export interface Writer {
  readonly pid: number;
  readonly ppid?: number;
  readonly cwd?: string;
  /** Command line; secrets in it are hidden and at most eight words are kept. */
  readonly argv?: readonly string[];
  /** For whom: the caller of a method, such as `config.patch device:<id>`. */
  readonly actor?: string;
}

/** What one attempt to write did. */
export interface AuditFacts {
  readonly configPath: string;
  readonly existsBefore: boolean;
  readonly previousHash: string;
  readonly nextHash: string;
  readonly previousBytes: number;
  readonly nextBytes: number;
  /** Dotted paths of the settings that change; never their values. */
  readonly changedPaths?: readonly string[];
  readonly changedPathCount?: number;
  readonly result: "rename" | "copy-fallback" | "failed";
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

const MAX_WORDS = 8;
/** A file that has reached this size is set aside; with the one before it the history of years. */
const MAX_BYTES = 1024 * 1024;

/** The files of the journal, the oldest first: the one that was set aside, and the one that is appended to. */
export function auditFiles(auditPath: string): readonly [older: string, current: string] {
  return [`${auditPath}.1`, auditPath];
}

/**
 * Appends one line to the audit file, without any value of the configuration; the file before it goes when there are two
 * full ones:
 *
 * ```json
 * {"ts":"2026-11-22T12:00:00.000Z","source":"config-io","event":"config.write","configPath":"…","pid":7,"result":"rename"}
 * ```
 */
export async function appendAudit(
  fs: FileSystem,
  auditPath: string,
  line: { facts: AuditFacts; writer: Writer; at: number },
): Promise<void> {
  const { facts, writer, at } = line;
  const entry = {
    ts: new Date(at).toISOString(),
    source: "config-io",
    event: "config.write",
    ...facts,
    ...writer,
    ...(writer.argv !== undefined && { argv: hideSecrets(writer.argv).slice(0, MAX_WORDS) }),
  };
  await ensurePrivateDir(fs, dirname(auditPath));
  const { size } = await fs.stat(auditPath).catch(() => ({ size: 0 }));
  if (size >= MAX_BYTES) await shiftFiles(fs, [...auditFiles(auditPath)].reverse());
  await writePrivateFile(fs, auditPath, { text: `${JSON.stringify(entry)}\n`, flags: "a" });
}

/** A command line without the values of its secret flags. */
export function hideSecrets(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) => {
    if (/^--[\w-]*(token|password|secret|api-?key)$/i.test(argv[index - 1] ?? "")) return "***";
    return word.replace(/^(--[\w-]*(?:token|password|secret|api-?key))=.*$/is, "$1=***");
  });
}
