import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ServiceError } from "../errors.ts";

/** A unit that was written. */
export interface WrittenUnit {
  /** Where the text before it lies; absent when there was none. */
  readonly backupPath?: string;
}

/** Replaces a unit in one go, so that systemd never reads half of it; the text before it is kept as `.bak`. */
export async function writeUnitFile(path: string, text: string): Promise<WrittenUnit> {
  const backupPath = `${path}.bak`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const hasBackup = await keepCopy(path, backupPath);
    const draft = `${path}.new`;
    await writeFile(draft, text, { mode: 0o644 });
    await rename(draft, path);
    return hasBackup ? { backupPath } : {};
  } catch (cause) {
    throw fileFailure("write", path, cause);
  }
}

/** The text of a unit; undefined when there is none or it is not ours to read. */
export async function readUnitFile(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Removes a unit; whether there was one. */
export async function removeUnitFile(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw fileFailure("remove", path, cause);
  }
}

async function keepCopy(path: string, backupPath: string): Promise<boolean> {
  try {
    await copyFile(path, backupPath);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function fileFailure(verb: string, path: string, cause: unknown): ServiceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hints = [`look who owns it: ls -ld ${dirname(path)} ${path}`];
  return new ServiceError("io", `cannot ${verb} ${path}: ${reason}`, { hints, cause });
}
