import { basename, dirname, join } from "node:path";
import type { Paths } from "../paths.ts";
import type { Writer } from "../write/audit.ts";
import { type FileSystem, fileSystem } from "../write/file-system.ts";
import { ensurePrivateDir, followLink, writePrivateFile } from "../write/private-file.ts";
import { type ConfigWrite, writeConfigFile } from "../write/write-config-file.ts";
import type { EditPlan } from "./plan-edit.ts";

export interface SaveEditOptions {
  readonly paths: Pick<Paths, "auditPath" | "configPath" | "historyDir">;
  readonly writer: Writer;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * Writes a planned edit, if every file is still as the plan found it. The new text is on disk when this resolves.
 *
 * @throws {ConfigError} conflict, io: as {@link writeConfigFile}
 */
export function saveEdit(plan: EditPlan, options: SaveEditOptions): Promise<ConfigWrite> {
  const { file, text, fileHash, unchanged, changedPaths } = plan;
  const { paths } = options;
  return writeConfigFile({
    ...options,
    paths: { ...paths, configPath: file },
    text,
    baseHash: fileHash,
    unchanged,
    lockedBy: paths.configPath,
    changedPaths,
  });
}

/** Refused texts that are kept, the newest ones. */
const KEPT_REJECTIONS = 5;

/** Keeps a refused text beside the configuration, for its owner only. Returns where. */
export async function keepRejected(
  text: string,
  { paths, fs = fileSystem, now = Date.now }: Omit<SaveEditOptions, "writer">,
): Promise<string> {
  const path = await followLink(fs, paths.configPath);
  const prefix = `${basename(path)}.rejected.`;
  await ensurePrivateDir(fs, dirname(path));
  const kept = (await fs.readdir(dirname(path))).filter((name) => name.startsWith(prefix)).sort();
  for (const name of kept.slice(0, Math.max(0, kept.length - KEPT_REJECTIONS + 1))) {
    await fs.rm(join(dirname(path), name), { force: true });
  }
  const target = join(dirname(path), `${prefix}${now()}`);
  await writePrivateFile(fs, target, { text, flags: "w" });
  return target;
}
