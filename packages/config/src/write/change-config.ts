import type { Env } from "../environment.ts";
import { interpretConfig } from "../interpret-config.ts";
import type { Paths } from "../paths.ts";
import { REDACTED } from "../show/redacted.ts";
import type { ConfigIssue } from "../snapshot.ts";
import { hashText } from "../source/hash-text.ts";
import { sourceFiles } from "../source/source-files.ts";
import type { Writer } from "./audit.ts";
import { type FileSystem, fileSystem } from "./file-system.ts";
import { type ConfigChange, patchConfigText } from "./patch-config-text.ts";
import { readIfExists } from "./private-file.ts";
import { type ConfigWrite, writeConfigFile } from "./write-config-file.ts";

export interface ChangeConfigOptions {
  readonly paths: Pick<Paths, "auditPath" | "configPath" | "historyDir" | "home">;
  /** The environment the configuration was read in: `LoadedConfig.env`. */
  readonly env: Env;
  readonly changes: readonly ConfigChange[];
  readonly writer: Writer;
  /** Hash the file must still have; @default that of the text the changes are applied to */
  readonly baseHash?: string;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
  /** @default Date.now */
  readonly now?: () => number;
}

/** What was written, or why the changed configuration would be invalid; then nothing was. */
export type ConfigChangeResult =
  | { readonly ok: true; readonly write: ConfigWrite }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/**
 * Changes single keys of the configuration file: edits its text, checks the result as a whole, and only then
 * replaces the file. Docs: configuration.md#writing
 *
 * @throws {ConfigError} unsupported, conflict, io: as {@link patchConfigText} and {@link writeConfigFile}
 */
export async function changeConfig(options: ChangeConfigOptions): Promise<ConfigChangeResult> {
  const { paths, env, changes, fs = fileSystem } = options;
  const hidden = changes.find(({ value }) => JSON.stringify(value)?.includes(REDACTED));
  if (hidden !== undefined) {
    const path = hidden.path.join(".");
    return {
      ok: false,
      issues: [{ path, message: `Sentinel value "${REDACTED}" in key ${path} is not valid as real data` }],
    };
  }
  const source = (await readIfExists(fs, paths.configPath)) ?? "";
  const text = await patchConfigText(source, changes);
  const { configPath, home } = paths;
  const included: { readonly path: string; readonly hash: string }[] = [];
  const readText = async (path: string) => {
    const read = await sourceFiles.readText(path);
    included.push({ path, hash: hashText(read) });
    return read;
  };
  const files = { ...sourceFiles, readText };
  const found = await interpretConfig({ text, configPath, home, env, files });
  if (!found.valid) return { ok: false, issues: found.issues };
  const { baseHash = hashText(source) } = options;
  const changedPaths = changes.map(({ path }) => path.join("."));
  const write = { ...options, text, baseHash, unchanged: included, changedPaths };
  return { ok: true, write: await writeConfigFile(write) };
}
