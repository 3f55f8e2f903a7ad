import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  invalidConfigLines,
  loadConfig,
  type LoadedConfig,
  type GatewaySettings,
  type GatewaySettingsResolution,
  type Paths,
  resolveGatewaySettings,
  resolvePaths,
  type StartFailure,
  startFailure,
} from "@openclaw/config";
import { GatewayError } from "./errors.ts";
import type { GatewayOptions } from "./options.ts";

/** What a gateway runs with: checked and complete. */
export interface Loaded {
  readonly paths: Paths;
  readonly config: LoadedConfig;
  readonly settings: GatewaySettings;
  /** Whether state goes to `paths.stateDir`; otherwise it lives in memory. */
  readonly isDurable: boolean;
}

/**
 * Reads and checks the configuration, whatever form the options give it.
 *
 * @throws {GatewayError} CONFIG_REFUSED with the lines an operator should read
 */
export async function load(options: GatewayOptions): Promise<Loaded> {
  const env = options.env ?? {};
  const paths = options.paths ?? embeddedPaths(options.stateDir);
  if (options.prepared) {
    const failure = tlsFailure(options.prepared.settings);
    if (failure) refuse(failure);
    return { paths, config: options.prepared.loaded, settings: options.prepared.settings, isDurable: true };
  }
  const { config: object } = options;
  // An object is read exactly as a file with that content would be.
  const text = object === undefined ? undefined : JSON.stringify(object);
  const readFile = (path: string) =>
    path === paths.configPath && text !== undefined ? Promise.resolve(text) : missing(path);
  const config = await loadConfig({ paths, env, ...(text !== undefined && { readFile }) });
  if (!config.valid) refuse({ lines: invalidConfigLines(config, paths), exitCode: 78 });
  const resolution = startable(config, options, paths);
  if (!resolution.ok) refuse(resolution.failure);
  const { settings } = resolution;
  return { paths, config, settings, isDurable: text === undefined || options.stateDir !== undefined };
}

/** Whether a gateway with these options can start with a valid configuration, as far as that can be told without trying. */
export function startable(
  config: LoadedConfig,
  options: GatewayOptions,
  paths: Paths,
): GatewaySettingsResolution {
  const resolution = settingsFor(config, options, paths);
  if (!resolution.ok) return resolution;
  // An application that prepares the configuration makes up a token that is missing.
  const isTokenMissing = resolution.settings.tokenMissing && options.prepared === undefined;
  const failure = isTokenMissing ? startFailure("token-missing", {}) : tlsFailure(resolution.settings);
  return failure === undefined ? resolution : { ok: false, failure };
}

/** Decides what a gateway with these options makes of a valid configuration. */
export function settingsFor(
  { config, env, exists }: LoadedConfig,
  options: GatewayOptions,
  paths: Paths,
): GatewaySettingsResolution {
  // A configuration that is a value of the program was written for this very gateway.
  const allowUnconfigured = options.flags?.allowUnconfigured ?? options.config !== undefined;
  const flags = { ...options.flags, allowUnconfigured };
  return resolveGatewaySettings({ config, env, paths, flags, configExists: exists });
}

function refuse(failure: { readonly lines: readonly string[]; readonly exitCode: number }): never {
  throw new GatewayError("CONFIG_REFUSED", failure.lines[0] ?? "the configuration was refused", failure);
}

/** Plain sockets where TLS was asked for would send the secret in clear. */
function tlsFailure({ tls }: GatewaySettings): StartFailure | undefined {
  if (!tls.enabled) return undefined;
  return startFailure("tls-unusable", {}, [
    "This build does not serve TLS: set gateway.tls.enabled=false and put a TLS proxy in front.",
  ]);
}

function embeddedPaths(stateDir: string | undefined): Paths {
  const folder = stateDir ?? join(tmpdir(), "openclaw-embedded");
  return resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: homedir(), cwd: folder });
}

function missing(path: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(`no such file: ${path}`), { code: "ENOENT" }));
}
