import { dirname, resolve } from "node:path";
import { errorCode } from "../source/source-files.ts";
import type { FileSystem } from "./file-system.ts";

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;

/**
 * Writes a file that only its owner may read, from its first byte on (T-CFG-08), and waits until it is on disk.
 *
 * @param flags `wx` refuses an existing file, `w` replaces its text, `a` appends
 */
export async function writePrivateFile(
  fs: FileSystem,
  path: string,
  { text, flags }: { text: string; flags: "wx" | "w" | "a" },
): Promise<void> {
  const handle = await fs.open(path, flags, FILE_MODE);
  try {
    // An existing file keeps the mode it was made with.
    if (flags !== "wx") await handle.chmod(FILE_MODE);
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
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
  try {
    return await fs.readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
