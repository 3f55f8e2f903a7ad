import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OLDEST_NUMBER, type LogFileNames } from "./log-file-name.ts";

/** How much of a log is kept. */
export interface Retention {
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  readonly maxAgeDays: number;
}

const DAY_MS = 86_400_000;

/** Sets a full file aside: `<name>` becomes `<name>.1`, `.1` becomes `.2`; what would become `.5` is dropped. */
export async function setAside(path: string): Promise<void> {
  await rm(`${path}.${OLDEST_NUMBER}`, { force: true });
  for (let number = OLDEST_NUMBER - 1; number >= 1; number--)
    await renameIfThere(`${path}.${number}`, `${path}.${number + 1}`);
  await renameIfThere(path, `${path}.1`);
}

/** Deletes what is too old, then the oldest files until the current one has room to grow to its limit. */
export async function prune(
  names: LogFileNames,
  current: string,
  o: Retention & { readonly now: number },
): Promise<void> {
  const files = (await listFiles(names))
    .filter((file) => file.path !== current)
    .sort((a, b) => a.modifiedAt - b.modifiedAt);
  let total = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of files) {
    const isTooOld = o.now - file.modifiedAt > o.maxAgeDays * DAY_MS;
    if (!isTooOld && total <= o.maxTotalBytes - o.maxFileBytes) continue;
    await rm(file.path, { force: true });
    total -= file.bytes;
  }
}

async function listFiles(names: LogFileNames) {
  const found = (await readdir(names.folder)).filter(names.isOurs).map((name) => join(names.folder, name));
  const files = found.map(async (path) => {
    const stats = await stat(path).catch(() => undefined);
    return stats === undefined ? [] : [{ path, bytes: stats.size, modifiedAt: stats.mtimeMs }];
  });
  return (await Promise.all(files)).flat();
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });
}
