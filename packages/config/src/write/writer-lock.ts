import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import * as v from "valibot";
import { ConfigError } from "../errors.ts";
import { errorCode } from "../source/source-files.ts";
import type { FileSystem } from "./file-system.ts";
import { processIdentity } from "./process-identity.ts";

/**
 * How long a writer waits for another; after what time a lock must have been left behind when nothing tells whether its
 * holder lives, and when its holder did not even get to say who it is.
 */
const TIMES = { retryMs: 20, patienceMs: 5000, staleMs: 30_000, namelessMs: 2000 } as const;

const MAX_HOLDER_BYTES = 1024;
/** Without O_NONBLOCK, opening a pipe would wait for somebody to write to it. */
const NO_LINK_NO_WAIT = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const HolderSchema = v.object({
  pid: v.number(),
  bootId: v.nullable(v.string()),
  startTime: v.nullable(v.string()),
  instanceId: v.string(),
});
type Holder = v.InferOutput<typeof HolderSchema>;

/**
 * Runs `action` while no other writer of this file, in this process or another, is between its look at the
 * file and its rename. The lock is `<file>.lock`; one that a crash left behind is cleared away at once.
 *
 * @throws {ConfigError} conflict: another writer did not finish in time
 */
export async function withWriterLock<T>(
  fs: FileSystem,
  path: string,
  { pid, action }: { pid: number; action: () => Promise<T> },
): Promise<T> {
  const lock = `${path}.lock`;
  const holder = { ...(await processIdentity(pid, fs)), instanceId: randomUUID() };
  for (let waitedMs = 0; !(await take(fs, lock, holder)); waitedMs += TIMES.retryMs) {
    if (waitedMs >= TIMES.patienceMs) throw new ConfigError("conflict", `another process is writing ${path}`);
    await delay(TIMES.retryMs);
  }
  try {
    return await action();
  } finally {
    if ((await readHolder(fs, lock))?.instanceId === holder.instanceId) await fs.rm(lock, { force: true });
  }
}

async function take(fs: FileSystem, lock: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await fs.open(lock, "wx", 0o600);
    await handle.writeFile(`${JSON.stringify(holder)}\n`).finally(() => handle.close());
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    // Should two take over the same lock, the hash of the file still lets only one of them write.
    if (await isLeftBehind(fs, lock, holder)) await fs.rm(lock, { force: true });
    return false;
  }
}

async function isLeftBehind(fs: FileSystem, lock: string, own: Holder): Promise<boolean> {
  // Of the entry itself: a link that leads nowhere is in the way, too.
  const found = await fs.lstat(lock).catch(() => undefined);
  if (found === undefined) return false;
  // The age by the clock of the file system, which also stamped the lock.
  const ageMs = Date.now() - found.mtimeMs;
  const holder = await readHolder(fs, lock);
  if (holder === undefined) return ageMs > TIMES.namelessMs;
  const isKnown = holder.bootId !== null && holder.bootId === own.bootId && holder.startTime !== null;
  if (!isKnown) return ageMs > TIMES.staleMs;
  return (await processIdentity(holder.pid, fs)).startTime !== holder.startTime;
}

/** Who holds the lock; of anything but a short file of its own nothing is read (T-CFG-16). */
async function readHolder(fs: FileSystem, lock: string): Promise<Holder | undefined> {
  try {
    const handle = await fs.open(lock, NO_LINK_NO_WAIT);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HOLDER_BYTES));
      const parsed = v.safeParse(HolderSchema, JSON.parse(buffer.toString("utf8", 0, bytesRead)));
      return parsed.success ? parsed.output : undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
