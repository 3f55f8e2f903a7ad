import { readFile } from "node:fs/promises";
import { type GatewayFlags, type StartFailure, startFailure } from "@openclaw/config";
import type { TrafficLogStyle } from "@openclaw/gateway-core";

/** Flags of `openclaw gateway run`, as the command line parser gives them. */
export interface RunFlags extends GatewayFlags {
  /** File that holds the token, so that it does not show in the list of processes. */
  readonly tokenFile?: string;
  readonly passwordFile?: string;
  /** Console level debug. */
  readonly verbose?: boolean;
  /** How often `--force` was given. */
  readonly force?: number;
  /** Creates a development configuration if there is none. */
  readonly dev?: boolean;
  /** Moves configuration, state and workspace of a development gateway aside first. */
  readonly reset?: boolean;
  /** Style of the traffic log under `verbose`. */
  readonly wsLog?: string;
  /** Same as `wsLog: "compact"`. */
  readonly compact?: boolean;
  /** Starts with the last good configuration when the file cannot be used. */
  readonly safe?: boolean;
  /** Looks at the state file instead of starting, and prints what it found. */
  readonly checkStore?: boolean;
}

/** Styles of the traffic log. */
export const WS_LOG_STYLES = ["auto", "full", "compact"] as const;

/** Flags with their files read, or what is wrong with them. */
export type FlagsCheck =
  | {
      readonly ok: true;
      readonly flags: GatewayFlags;
      readonly secretsFromFiles: ReadonlySet<"token" | "password">;
      readonly safe: boolean;
      readonly trafficLog: TrafficLogStyle;
    }
  | { readonly ok: false; readonly failure: Pick<StartFailure, "exitCode" | "lines"> };

/** Checks the flags that nobody else checks, and reads the secrets that are given as files. */
export async function checkFlags(flags: RunFlags): Promise<FlagsCheck> {
  const { tokenFile, passwordFile, safe = false, wsLog, compact: _style, ...others } = flags;
  const { checkStore: _done, reset: _moved, ...rest } = others;
  if (wsLog !== undefined && !WS_LOG_STYLES.some((style) => style === wsLog)) {
    return refuse(`Invalid --ws-log (use ${WS_LOG_STYLES.map((style) => `"${style}"`).join(", ")})`);
  }
  // Before anything is written or stopped.
  if (rest.port !== undefined && !/^[1-9]\d{0,4}$/.test(String(rest.port))) {
    return { ok: false, failure: startFailure("invalid-port", {}) };
  }
  const secrets: { token?: string; password?: string } = {};
  for (const [name, path] of [
    ["token", tokenFile],
    ["password", passwordFile],
  ] as const) {
    if (path === undefined) continue;
    const secret = await readSecret(path);
    if (secret === undefined)
      return refuse(`Cannot read --${name}-file ${path}: not a readable file with one secret in it`);
    secrets[name] = secret;
  }
  const given = new Set((["token", "password"] as const).filter((name) => secrets[name] !== undefined));
  const trafficLog = trafficStyle(flags);
  return { ok: true, flags: { ...rest, ...secrets }, secretsFromFiles: given, safe, trafficLog };
}

// Without --verbose nobody watches, and only what is slow or refused is worth a line.
function trafficStyle({ verbose, compact, wsLog }: RunFlags): TrafficLogStyle {
  if (!verbose) return "slow";
  return wsLog === "full" && !compact ? "full" : "compact";
}

function refuse(line: string): FlagsCheck {
  return { ok: false, failure: { exitCode: 1, lines: [line] } };
}

async function readSecret(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trim() || undefined;
}
