import { type Env, readVariable } from "../environment.ts";
import { LOG_LEVELS } from "../schema/operations.ts";
import type { OpenClawConfig } from "../schema/config-schema.ts";
import type { SettingSource } from "../settings/gateway-settings.ts";
import { resolveAuth } from "../settings/resolve-auth.ts";
import { resolvePort } from "../settings/resolve-port.ts";

/** A setting for which the file is not the only word. */
export interface SettingInForce {
  readonly value: unknown;
  readonly source: SettingSource;
  /** Which variable may say it too. */
  readonly variables: readonly string[];
}

/** The settings that variables can give as well, by the ranks of a start. Docs: configuration.md#precedence */
export function inForce(path: string, config: OpenClawConfig, env: Env): SettingInForce | undefined {
  switch (path) {
    case "gateway.port": {
      const found = resolvePort(config, env);
      const variables = ["OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"];
      return found && { value: found.port, source: found.portSource, variables };
    }
    case "gateway.auth.token": {
      const { token, tokenSource } = resolveAuth(config, env, {}).auth;
      return tokenSource && { value: token, source: tokenSource, variables: ["OPENCLAW_GATEWAY_TOKEN"] };
    }
    case "gateway.auth.password": {
      const { password, passwordSource } = resolveAuth(config, env, {}).auth;
      const variables = ["OPENCLAW_GATEWAY_PASSWORD"];
      return passwordSource && { value: password, source: passwordSource, variables };
    }
    case "gateway.auth.mode": {
      const { mode, modeSource } = resolveAuth(config, env, {}).auth;
      return { value: mode, source: modeSource, variables: [] };
    }
    case "logging.level":
    case "logging.consoleLevel": {
      const value = readVariable(env, "OPENCLAW_LOG_LEVEL");
      const isLevel = LOG_LEVELS.some((level) => level === value);
      return isLevel ? { value, source: "env", variables: ["OPENCLAW_LOG_LEVEL"] } : undefined;
    }
    default:
      return undefined;
  }
}
