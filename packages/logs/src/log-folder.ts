import { constants } from "node:fs";
import { access, lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** Where daily log files may lie. */
export interface LogFolderOptions {
  /** Temporary folder of the system. */
  readonly tmpDir: string;
  /** Numeric user id; absent where the system has none. */
  readonly uid: number | undefined;
  /** Used when no temporary folder can be trusted. */
  readonly fallback: string;
  /** Shared place of POSIX systems. @default "/tmp/openclaw" */
  readonly shared?: string;
}

/**
 * Finds the folder of the daily logs, and makes it: the well-known one, else one of the user's own, else the state
 * folder's. A folder counts only when it is a real one, ours, and nobody else may write to it: a log must not follow
 * a link that another user left in a shared place.
 */
export async function resolveLogFolder(options: LogFolderOptions): Promise<string> {
  for (const folder of candidates(options)) if (await isMadeOrUsable(folder, options.uid)) return folder;
  await mkdir(options.fallback, { recursive: true, mode: 0o700 });
  return options.fallback;
}

/** The folder that {@link resolveLogFolder} would give; makes nothing. */
export async function findLogFolder(options: LogFolderOptions): Promise<string> {
  for (const folder of candidates(options))
    if ((await isMissing(folder)) || (await isOwnFolder(folder, options.uid))) return folder;
  return options.fallback;
}

function candidates({ tmpDir, uid, shared = "/tmp/openclaw" }: LogFolderOptions): readonly string[] {
  const own = join(tmpDir, uid === undefined ? "openclaw" : `openclaw-${uid}`);
  return uid === undefined ? [own] : [shared, own];
}

async function isMadeOrUsable(folder: string, uid: number | undefined): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch {
    return isOwnFolder(folder, uid);
  }
}

function isMissing(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => false,
    () => true,
  );
}

async function isOwnFolder(folder: string, uid: number | undefined): Promise<boolean> {
  try {
    const stats = await lstat(folder);
    if (!stats.isDirectory()) return false;
    if (uid !== undefined && (stats.uid !== uid || (stats.mode & 0o022) !== 0)) return false;
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
