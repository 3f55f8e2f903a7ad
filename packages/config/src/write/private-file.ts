import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errorCode } from "../source/source-files.ts";
import type { FileSystem } from "./file-system.ts";

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;

/** Whose a file is and who may use it. */
export interface Access {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/**
 * Writes a file that only its owner may read, from its first byte on (T-CFG-08), and waits until it is on disk.
 *
 * @param flags `wx` refuses an existing file, `w` replaces its text, `a` appends
 * @param access handed on to the finished file, as far as this process may; @default for its owner only
 */
export async function writePrivateFile(
  fs: FileSystem,
  path: string,
  { text, flags, access }: { text: string | Buffer; flags: "wx" | "w" | "a"; access?: Access },
): Promise<void> {
  const handle = await fs.open(path, flags, FILE_MODE);
  try {
    // An existing file keeps the mode it was made with.
    if (flags !== "wx") await handle.chmod(FILE_MODE);
    await handle.writeFile(text, "utf8");
    if (access !== undefined) await handOver(handle, access);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A group that cannot be kept gets no rights: they were meant for another one. */
async function handOver(handle: FileHandle, { uid, gid, mode }: Access): Promise<void> {
  const own = await handle.stat();
  const give = (owner: number, group: number) =>
    handle.chown(owner, group).then(
      () => true,
      () => false,
    );
  const isGroupKept =
    (own.uid === uid && own.gid === gid) || (await give(uid, gid)) || (await give(own.uid, gid));
  await handle.chmod(mode & (isGroupKept ? 0o777 : 0o707));
}

/** Like {@link writePrivateFile}, but whoever reads meanwhile, or after a crash, sees the old text or the new one. */
export async function replacePrivateFile(fs: FileSystem, path: string, text: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writePrivateFile(fs, temporary, { text, flags: "wx" });
    await fs.rename(temporary, path);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

const TEMPORARY_SUFFIX = /\.[0-9a-f]{8}-[0-9a-f-]{27}\.tmp$/;
/** A write takes no longer; what is older was left by one that did not end. */
const LEFTOVER_MS = 60_000;

/** A name beside a file that nobody else uses. */
export function temporaryName(path: string): string {
  return `${path}.${randomUUID()}.tmp`;
}

/** Removes what writes that a crash ended have left of the files that `isOwn` knows by name. */
export async function clearLeftovers(
  fs: FileSystem,
  dir: string,
  isOwn: (name: string) => boolean,
): Promise<void> {
  const names = await fs.readdir(dir).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY_SUFFIX.test(each) && isOwn(each))) {
    const found = await fs.stat(join(dir, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > LEFTOVER_MS)
      await fs.rm(join(dir, name), { force: true });
  }
}

/** Creates a folder and its parents; the ones it creates are closed to others. */
export async function ensurePrivateDir(fs: FileSystem, path: string): Promise<void> {
  await fs.mkdir(path, { recursive: true, mode: DIR_MODE });
}

/** Makes a rename in this folder survive a power cut, where the system allows it. */
export async function syncDir(fs: FileSystem, path: string): Promise<void> {
  try {
    const handle = await fs.open(path, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows opens no folders; there the rename is as durable as it gets.
  }
}

/** The file behind a symbolic link, also when that file does not exist yet; any other path as it is. */
export async function followLink(fs: FileSystem, path: string): Promise<string> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  const target = await fs.readlink(path).catch(() => undefined);
  return target === undefined ? path : resolve(dirname(path), target);
}

/** The text of a file, `undefined` when there is none. */
export async function readIfExists(fs: FileSystem, path: string): Promise<string | undefined> {
  return (await bytesIfExist(fs, path))?.toString("utf8");
}

/** What stands in a file, `undefined` when there is none. */
export async function bytesIfExist(fs: FileSystem, path: string): Promise<Buffer | undefined> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
