import { type Env, readVariable } from "../environment.ts";
import type { OpenClawConfig } from "../schema/config-schema.ts";
import type { SettingSource } from "./gateway-settings.ts";

export const DEFAULT_PORT = 18789;

/** A port and where it came from. */
export interface ResolvedPort {
  readonly port: number;
  readonly portSource: SettingSource;
}

/**
 * The port by rank: flag, `OPENCLAW_GATEWAY_PORT`, file, 18789. A bad flag is `undefined`, because somebody
 * typed it; a bad variable is passed over.
 */
export function resolvePort(
  config: OpenClawConfig,
  env: Env,
  flag?: string | number,
): ResolvedPort | undefined {
  if (flag !== undefined) {
    const port = /^\d+$/.test(String(flag).trim()) ? validPort(Number(flag)) : undefined;
    return port === undefined ? undefined : { port, portSource: "flag" };
  }
  const variable = readVariable(env, "OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT");
  const fromEnv = validPort(Number.parseInt(variable ?? "", 10));
  if (fromEnv !== undefined) return { port: fromEnv, portSource: "env" };
  const configured = config.gateway?.port;
  return configured === undefined
    ? { port: DEFAULT_PORT, portSource: "default" }
    : { port: configured, portSource: "config" };
}

function validPort(port: number): number | undefined {
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}
