import { basename, dirname } from "node:path";
import { displayPath, type Paths } from "../paths.ts";
import { hashText } from "../source/hash-text.ts";
import { errorCode } from "../source/source-files.ts";
import type { Writer } from "../write/audit.ts";
import { type FileSystem, fileSystem } from "../write/file-system.ts";
import { writeConfigFile } from "../write/write-config-file.ts";

export interface FirstStartOptions {
  readonly paths: Paths;
  readonly writer: Writer;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Whether a configuration file was written, and what to tell the operator. */
export interface FirstStart {
  readonly created: boolean;
  readonly lines: readonly string[];
}

// What a gateway that has run leaves behind. The key of a client does not count: a CLI may come first.
const STATE_NAME =
  /^(gateway\.sqlite.*|agents|config-history|credentials|cron|devices|sessions|config-audit\.jsonl|(openclaw|clawdbot|moldbot|moltbot)\.json.*)$/;

/**
 * Writes `{gateway: {mode: "local"}}` for an installation that has neither configuration nor state. With any
 * state present nothing is written, because then the file was lost or its path mistyped, and a gateway with
 * fresh settings would be wrong. Read the configuration again when `created`.
 *
 * Docs: configuration.md#first-start
 *
 * @throws {ConfigError} io
 */
export async function ensureFirstStart(options: FirstStartOptions): Promise<FirstStart> {
  const { paths, fs = fileSystem } = options;
  if (!(await isNewInstallation(paths, fs))) return { created: false, lines: [] };
  await createConfig(options, { gateway: { mode: "local" } });
  const path = displayPath(paths.configPath, paths.home);
  return { created: true, lines: [`First start: wrote ${path} with gateway.mode=local.`] };
}

/** Writes a new configuration file. @throws {ConfigError} conflict when one has appeared meanwhile, io */
export async function createConfig(options: FirstStartOptions, config: unknown): Promise<void> {
  const text = `${JSON.stringify(config, null, 2)}\n`;
  await writeConfigFile({ ...options, text, baseHash: hashText("") });
}

/** Whether there is neither a configuration nor anything that a gateway would leave behind: the first start writes one. */
export async function isNewInstallation(paths: Paths, fs: FileSystem = fileSystem): Promise<boolean> {
  const state = await Promise.all([paths.stateDir, paths.logsDir].map((dir) => namesIn(fs, dir)));
  const beside = await namesIn(fs, dirname(paths.configPath));
  const own = basename(paths.configPath);
  const hasConfig = beside.some((name) => name === own || name.startsWith(`${own}.bak`));
  return !hasConfig && !state.flat().some((name) => STATE_NAME.test(name));
}

async function namesIn(fs: FileSystem, dir: string): Promise<readonly string[]> {
  try {
    return await fs.readdir(dir);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
