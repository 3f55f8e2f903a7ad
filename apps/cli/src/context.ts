import {
  commandName,
  loadConfig,
  readTextNow,
  resolvePaths,
  type Env,
  type LoadedConfig,
  type Paths,
} from "@openclaw/config";

import type { Io } from "./io.ts";
import { lockClaim } from "./local/lock-holder.ts";
import { prose } from "./output/prose.ts";

/** What every command works with. */
export interface CommandContext {
  readonly io: Io;
  readonly paths: Paths;
  /** The configuration file as it is now; may be missing or invalid. */
  readonly loaded: LoadedConfig;
  /** The process environment, completed by `.env` files and the configuration. */
  readonly env: Env;
  /** The command as the user would have to type it again for this profile, e.g. `openclaw --dev`. */
  readonly program: string;
}

/** Finds the paths and reads the configuration once. */
export async function openContext(io: Io): Promise<CommandContext> {
  const paths = resolvePaths(io);
  const loaded = await loadConfig({ paths, env: io.env, readFile: async (path) => readTextNow(path) });
  const env = loaded.valid ? loaded.env : { ...(await claimedPort(paths)), ...loaded.env };
  return { io, paths, loaded, env, program: commandName(paths, io.env) };
}

/** A file that cannot be used does not tell where the gateway listens that runs without it; the lock of that one does. */
async function claimedPort({ lockPath, configPath }: Paths): Promise<Env> {
  const { port, ...claim } = await lockClaim(lockPath);
  return port === undefined || claim.configPath !== configPath ? {} : { OPENCLAW_GATEWAY_PORT: String(port) };
}

/** Writes lines to stdout as they are. */
export function print(io: Io, ...lines: readonly string[]): void {
  if (lines.length > 0) io.stdout.write(`${lines.join("\n")}\n`);
}

/** Writes lines for a person to stdout. */
export function tell(io: Io, ...lines: readonly string[]): void {
  print(io, ...prose(io, io.stdout, lines));
}

/** Writes lines for a person to stderr. */
export function complain(io: Io, ...lines: readonly string[]): void {
  if (lines.length > 0) io.stderr.write(`${prose(io, io.stderr, lines).join("\n")}\n`);
}

/** Writes one value as JSON to stdout, for people and programs alike. */
export function printJson(io: Io, value: unknown): void {
  print(io, JSON.stringify(value, null, 2));
}
