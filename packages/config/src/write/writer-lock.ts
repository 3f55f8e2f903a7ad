import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "../errors.ts";
import { errorCode } from "../source/source-files.ts";
import type { FileSystem } from "./file-system.ts";
import { writePrivateFile } from "./private-file.ts";

/** How long a writer waits for another, and after what time a lock must have been left behind. */
const TIMES = { retryMs: 20, patienceMs: 5000, staleMs: 30_000 } as const;

/**
 * Runs `action` while no other writer of this file, in this process or another, is between its look at the
 * file and its rename. The lock is `<file>.lock`; one that a crash left behind is cleared away.
 *
 * @throws {ConfigError} conflict: another writer did not finish in time
 */
export async function withWriterLock<T>(
  fs: FileSystem,
  path: string,
  { pid, action }: { pid: number; action: () => Promise<T> },
): Promise<T> {
  const lock = `${path}.lock`;
  for (let waitedMs = 0; !(await take(fs, lock, pid)); waitedMs += TIMES.retryMs) {
    if (waitedMs >= TIMES.patienceMs) throw new ConfigError("conflict", `another process is writing ${path}`);
    await delay(TIMES.retryMs);
  }
  try {
    return await action();
  } finally {
    await fs.rm(lock, { force: true });
  }
}

async function take(fs: FileSystem, lock: string, pid: number): Promise<boolean> {
  try {
    await writePrivateFile(fs, lock, { text: `${JSON.stringify({ pid })}\n`, flags: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    const found = await fs.stat(lock).catch(() => undefined);
    // The age by the clock of the file system, which also stamped the lock.
    if (found !== undefined && Date.now() - found.mtimeMs > TIMES.staleMs) await fs.rm(lock, { force: true });
    return false;
  }
}
