import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { type Environment, readVariable } from "./environment.ts";

/** Folders and files of one gateway instance; all absolute. */
export interface Paths {
  /** Base of every `~`. */
  readonly home: string;
  readonly stateDir: string;
  readonly configPath: string;
  /** Name given by `--profile`, `--dev` or `OPENCLAW_PROFILE`; absent for the default profile. */
  readonly profile?: string;
  /** Whether the environment chose the state folder; then no other instance's files are ever used. */
  readonly isStateExplicit: boolean;
  /** Workspace of agents that name none. */
  readonly workspaceDir: string;
  readonly credentialsDir: string;
  readonly identityDir: string;
  readonly logsDir: string;
  /** One line per configuration write. */
  readonly auditPath: string;
  /** Texts the configuration has had, by their hash. */
  readonly historyDir: string;
  readonly storePath: string;
  readonly lockPath: string;
  /** `.env` of the working directory; may not set anything of the gateway's own. */
  readonly workingEnvPath: string;
  /** `.env` of the state folder. */
  readonly stateEnvPath: string;
}

const STATE_DIR_NAMES = [".openclaw", ".clawdbot", ".moldbot", ".moltbot"] as const;
const CONFIG_FILE_NAMES = ["openclaw.json", "clawdbot.json", "moldbot.json", "moltbot.json"] as const;

/**
 * Finds the folders and the configuration file of this instance. A file named by `OPENCLAW_CONFIG_PATH` is
 * taken as it is; otherwise known names are looked for in the state folder, and, only when the environment
 * does not choose a state folder, in the default ones.
 *
 * Docs: configuration.md#paths
 *
 * @param exists tells whether a path exists; @default node:fs `existsSync`
 */
export function resolvePaths(
  environment: Environment,
  exists: (path: string) => boolean = existsSync,
): Paths {
  const home = resolveHome(environment);
  const { env, cwd } = environment;
  const explicitState = readVariable(env, "OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR");
  const stateDir =
    explicitState === undefined ? defaultStateDir(home, exists) : absolute(explicitState, home, cwd);
  const explicitConfig = readVariable(env, "OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH");
  const searched = explicitState === undefined ? STATE_DIR_NAMES.map((name) => join(home, name)) : [stateDir];
  const configPath =
    explicitConfig === undefined
      ? (findConfig(searched, exists) ?? join(stateDir, CONFIG_FILE_NAMES[0]))
      : absolute(explicitConfig, home, cwd);
  const profile = namedProfile(readVariable(env, "OPENCLAW_PROFILE"));
  const oauthDir = readVariable(env, "OPENCLAW_OAUTH_DIR");
  return {
    home,
    stateDir,
    configPath,
    ...(profile !== undefined && { profile }),
    isStateExplicit: explicitState !== undefined,
    workspaceDir: join(home, ".openclaw", profile === undefined ? "workspace" : `workspace-${profile}`),
    credentialsDir: oauthDir === undefined ? join(stateDir, "credentials") : absolute(oauthDir, home, cwd),
    identityDir: join(stateDir, "identity"),
    logsDir: join(stateDir, "logs"),
    auditPath: join(stateDir, "logs", "config-audit.jsonl"),
    historyDir: join(stateDir, "config-history"),
    storePath: join(stateDir, "gateway.sqlite"),
    lockPath: join(stateDir, "gateway.lock"),
    workingEnvPath: join(cwd, ".env"),
    stateEnvPath: join(stateDir, ".env"),
  };
}

/** The folder that `~` stands for: `OPENCLAW_HOME`, else `HOME`, `USERPROFILE`, the system's answer. */
export function resolveHome({ env, homeDir, cwd }: Environment): string {
  const systemHome = readVariable(env, "HOME", "USERPROFILE") ?? (homeDir.trim() || cwd);
  const chosen = readVariable(env, "OPENCLAW_HOME");
  return resolve(cwd, chosen === undefined ? systemHome : expandHome(chosen, systemHome));
}

/** Replaces a leading `~`, `~/` or `~\` by the home folder. */
export function expandHome(path: string, home: string): string {
  return /^~(?=$|[\\/])/.test(path) ? join(home, path.slice(1)) : path;
}

/** Writes a path below the home folder with `~`, for people. */
export function displayPath(path: string, home: string): string {
  if (path === home) return "~";
  return path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path;
}

function absolute(path: string, home: string, cwd: string): string {
  const expanded = expandHome(path, home);
  return isAbsolute(expanded) ? resolve(expanded) : resolve(cwd, expanded);
}

function defaultStateDir(home: string, exists: (path: string) => boolean): string {
  const name = STATE_DIR_NAMES.find((candidate) => exists(join(home, candidate))) ?? STATE_DIR_NAMES[0];
  return join(home, name);
}

function findConfig(dirs: readonly string[], exists: (path: string) => boolean): string | undefined {
  return dirs.flatMap((dir) => CONFIG_FILE_NAMES.map((name) => join(dir, name))).find(exists);
}

function namedProfile(name: string | undefined): string | undefined {
  return name?.toLowerCase() === "default" ? undefined : name;
}
