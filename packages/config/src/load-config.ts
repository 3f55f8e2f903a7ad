import { dirname } from "node:path";
import { applyDefaults } from "./defaults.ts";
import type { Env } from "./environment.ts";
import { interpretConfig } from "./interpret-config.ts";
import type { Paths } from "./paths.ts";
import type { IncludedFile, LoadedConfig } from "./snapshot.ts";
import { completeEnv, parseDotEnv } from "./source/dot-env.ts";
import { hashText } from "./source/hash-text.ts";
import { deepFreeze } from "./source/record.ts";
import { errorCode, type SourceFiles, sourceFiles } from "./source/source-files.ts";
import { Turn } from "./source/turn.ts";
import { fileSystem } from "./write/file-system.ts";
import { followLink } from "./write/private-file.ts";

export interface LoadConfigOptions {
  readonly paths: Pick<Paths, "configPath" | "home" | "stateEnvPath" | "workingEnvPath">;
  /** Environment of the process. */
  readonly env: Env;
  /** Reads a text file, or rejects with an error that carries Node's `code`; @default the files of this machine */
  readonly readFile?: (path: string) => Promise<string>;
  /** Finds the file behind a path, links followed; @default the files of this machine */
  readonly realPath?: (path: string) => Promise<string>;
}

/** What a file says, or shall say. */
export interface FileText {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads the configuration file into a frozen snapshot. Whatever is wrong with it is in `issues`; nothing is
 * thrown for a missing, unreadable or invalid file, and nothing is written.
 *
 * Docs: configuration.md#reading
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { paths, readFile = sourceFiles.readText, realPath: findReal = sourceFiles.realPath } = options;
  const files = { readText: readFile, realPath: findReal };
  const path = paths.configPath;
  const sources = new Set([path, paths.workingEnvPath, paths.stateEnvPath]);
  // All at once: an edit of the configuration waits for it.
  const [env, main] = await Promise.all([readEnvFiles(options, files), readMain(path, files)]);
  const fileEnv = addedTo(options.env, env);
  const nothing = {
    ...{ path, raw: null, hash: hashText(""), written: {}, includes: [] },
    ...{ issues: [], warnings: [], legacyIssues: [], fileEnv, env },
    sources: [...sources],
  };
  if (!main.ok) {
    if (errorCode(main.error) === "ENOENT") {
      return deepFreeze({
        ...nothing,
        exists: false,
        valid: true,
        parsed: {},
        resolved: {},
        config: applyDefaults({}),
      });
    }
    const issues = [{ path: "", message: readFailure(main.error, path) }];
    return deepFreeze({
      ...nothing,
      exists: true,
      valid: false,
      parsed: null,
      resolved: {},
      config: {},
      issues,
    });
  }
  const { text } = main;
  const includes: IncludedFile[] = [];
  const readText = async (file: string) => {
    const included = await files.readText(file);
    includes.push({ path: file, hash: hashText(included), text: included });
    return included;
  };
  const realPath = (file: string) => {
    // The folder that includes are confined to is asked for as well.
    if (file !== dirname(path)) sources.add(file);
    return files.realPath(file);
  };
  const turn = new Turn();
  const read = { text, configPath: path, home: paths.home, env };
  const found = await interpretConfig({ ...read, files: { realPath, readText } });
  const facts = { path, exists: true, raw: text, hash: hashText(text), includes, fileEnv };
  await turn.pass();
  return deepFreeze({ ...facts, sources: [...sources], ...found });
}

/** Reads the configuration as {@link loadConfig} does, with other texts in some of its files, which may be missing. */
export async function loadConfigWith(
  options: Omit<LoadConfigOptions, "readFile" | "realPath">,
  replaced: readonly FileText[],
): Promise<LoadedConfig> {
  const texts = new Map<string, string>();
  for (const { file, text } of replaced) {
    texts.set(file, text);
    texts.set(await placeOf(file), text);
  }
  const readFile = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? sourceFiles.readText(path) : Promise.resolve(text);
  };
  const realPath = async (path: string) => {
    const place = await placeOf(path);
    return texts.has(place) ? place : sourceFiles.realPath(path);
  };
  return loadConfig({ ...options, readFile, realPath });
}

/** The file behind a path; where that leads nowhere the path itself. */
function placeOf(path: string): Promise<string> {
  return followLink(fileSystem, path).catch(() => path);
}

type MainText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: unknown };

function readMain(path: string, files: SourceFiles): Promise<MainText> {
  return files.readText(path).then(
    (text) => ({ ok: true, text }),
    (error: unknown) => ({ ok: false, error }),
  );
}

/** The environment with what the `.env` files add: working directory first, then state folder. */
async function readEnvFiles({ paths, env }: LoadConfigOptions, files: SourceFiles): Promise<Env> {
  const [working, state] = await Promise.all(
    [paths.workingEnvPath, paths.stateEnvPath].map((path) =>
      files.readText(path).then(parseDotEnv, () => ({})),
    ),
  );
  return completeEnv(completeEnv({ ...env }, working ?? {}, "working-dir"), state ?? {}, "state-dir");
}

/** What a completed environment has beyond the one it was made from. */
function addedTo(env: Env, completed: Env): Env {
  return Object.fromEntries(Object.entries(completed).filter(([name, value]) => env[name] !== value));
}

function readFailure(error: unknown, path: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  const hint = errorCode(error) === "EACCES" ? `. Fix: sudo chown "$(whoami)" ${JSON.stringify(path)}` : "";
  return `read failed: ${reason}${hint}`;
}
