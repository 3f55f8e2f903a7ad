import { existsSync, renameSync, rmSync } from "node:fs";

/**
 * Moves a damaged file to `<path>.corrupt.<time>`, together with its write-ahead log, so that an expert can still open
 * the pair. Nothing is overwritten or deleted except SQLite's shared index, which it rebuilds.
 *
 * @returns where the file is now.
 */
export function setAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(":", "-");
  const target = freeName(`${path}.corrupt.${stamp}`);
  renameSync(path, target);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${target}-wal`);
  rmSync(`${path}-shm`, { force: true });
  return target;
}

function freeName(path: string): string {
  let name = path;
  for (let count = 1; existsSync(name); count += 1) name = `${path}.${count}`;
  return name;
}
