import { dirname } from "node:path";
import type { Env } from "../environment.ts";
import { ConfigError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import type { GatewaySettings } from "../settings/gateway-settings.ts";
import { deepFreeze } from "../source/record.ts";
import type { Writer } from "../write/audit.ts";
import { changeConfig, type ConfigChangeResult } from "../write/change-config.ts";
import { type FileSystem, fileSystem } from "../write/file-system.ts";
import { ensurePrivateDir, followLink, readIfExists, replacePrivateFile } from "../write/private-file.ts";
import { generateToken } from "./generate-token.ts";

export interface EnsureGatewayTokenOptions {
  readonly settings: GatewaySettings;
  readonly paths: Pick<Paths, "auditPath" | "configPath" | "historyDir" | "home" | "stateEnvPath">;
  /** The environment the configuration was read in: `LoadedConfig.env`. */
  readonly env: Env;
  /** `LoadedConfig.hash` of the file the settings come from: a newer one may hold a token already. */
  readonly baseHash?: string;
  readonly writer: Writer;
  /** The token is not to be saved, whoever chose the mode. @default when the mode is from the command line */
  readonly isForThisRun?: boolean;
  /** @default node:crypto `randomBytes` */
  readonly random?: (bytes: number) => Uint8Array;
  /** @default node:fs/promises */
  readonly fs?: FileSystem;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Settings that have a token if their mode needs one. */
export interface GatewayToken {
  readonly settings: GatewaySettings;
  /** Whether a new token is in a file that is read at start; false when none was needed or it lives for this run only. */
  readonly saved: boolean;
  /** Lines for the log; none of them holds the token. */
  readonly logLines: readonly string[];
}

const SAVED =
  "Gateway auth token was missing. Generated a new token and saved it to config (gateway.auth.token).";
const IN_STATE = "Gateway auth token was missing. Generated a new token and saved it to the state folder";
const NOT_SAVED =
  "Gateway auth token was missing. Generated a runtime token for this startup without changing config; restart will generate a different token. " +
  "Persist one with `openclaw config set gateway.auth.mode token` and `openclaw config set gateway.auth.token <token>`.";

/**
 * Makes up a token when the settings ask for one that nobody has set, and saves it, unless the mode itself was
 * only chosen for this run. A configuration that cannot be written, because it is mounted read-only or managed by
 * others, keeps no gateway from starting: the token then lives in `.env` of the state folder, where gateway and commands
 * find it. Call it before watching the files: the write is not a change to react to.
 *
 * Docs: configuration.md#token
 *
 * @throws {ConfigError} conflict: the file has changed since it was read, or another writer does not finish
 */
export async function ensureGatewayToken(options: EnsureGatewayTokenOptions): Promise<GatewayToken> {
  const { settings } = options;
  if (!settings.tokenMissing) return { settings, saved: false, logLines: [] };
  const token = generateToken(options.random);
  const auth = { ...settings.auth, token, tokenSource: "generated" as const };
  const complete = deepFreeze({ ...settings, auth, tokenMissing: false });
  const { isForThisRun = settings.auth.modeSource === "flag" } = options;
  if (isForThisRun) return { settings: complete, saved: false, logLines: [NOT_SAVED] };
  const outcome = await save(options, token);
  if (outcome.ok) {
    return { settings: complete, saved: true, logLines: [SAVED, ...outcome.write.logLines] };
  }
  const { place, problems } = await saveInState(options, token);
  const line =
    place === undefined ? NOT_SAVED : `${IN_STATE} (${place}); the configuration cannot be written.`;
  return {
    settings: complete,
    saved: place !== undefined,
    logLines: [line, ...outcome.problems, ...problems],
  };
}

type Outcome =
  Extract<ConfigChangeResult, { ok: true }> | { readonly ok: false; readonly problems: readonly string[] };

async function save(options: EnsureGatewayTokenOptions, token: string): Promise<Outcome> {
  const mode = { path: ["gateway", "auth", "mode"], value: "token" };
  const changes = [
    ...(options.settings.auth.modeSource === "config" ? [] : [mode]),
    { path: ["gateway", "auth", "token"], value: token },
  ];
  try {
    const result = await changeConfig({ ...options, changes });
    return result.ok
      ? result
      : { ok: false, problems: result.issues.map(({ path, message }) => `${path}: ${message}`) };
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code === "conflict") throw error;
    return { ok: false, problems: [error.message] };
  }
}

/** Adds the variable to what stands in the file already; without a place when that cannot be written either. */
async function saveInState(
  { paths: { stateEnvPath }, fs = fileSystem }: EnsureGatewayTokenOptions,
  token: string,
): Promise<{ readonly place?: string; readonly problems: readonly string[] }> {
  try {
    const place = await followLink(fs, stateEnvPath);
    await ensurePrivateDir(fs, dirname(place));
    const known = (await readIfExists(fs, place)) ?? "";
    const others = known
      .split("\n")
      .filter((line) => !/^\s*(export\s+)?OPENCLAW_GATEWAY_TOKEN\s*=/.test(line));
    const text = others.join("\n");
    const separator = text === "" || text.endsWith("\n") ? "" : "\n";
    await replacePrivateFile(fs, place, `${text}${separator}OPENCLAW_GATEWAY_TOKEN=${token}\n`);
    return { place: stateEnvPath, problems: [] };
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}
