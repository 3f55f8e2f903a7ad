import { readVariable, type Env, type OpenClawConfig } from "@openclaw/config";

import { readFields } from "../read-fields.ts";
import { configuredChannels } from "./configured-channels.ts";

/** An account of a channel as the configuration has it. */
export interface ConfiguredAccount {
  readonly channel: string;
  readonly accountId: string;
  readonly isEnabled: boolean;
  /** Where its secret comes from; `none` also for channels that need none. */
  readonly tokenSource: "config" | "tokenFile" | "env" | "none";
}

const DEFAULT_ACCOUNT = "default";
const SECRET_KEYS = ["botToken", "token", "accessToken", "appToken", "password", "serviceAccount"];

/** Every account of every configured channel. A secret beside `accounts` is that of the account `default`. */
export function configuredAccounts(config: OpenClawConfig, env: Env): ConfiguredAccount[] {
  return configuredChannels(config).flatMap(({ id, isEnabled }) => {
    const section = readFields(config.channels?.[id]);
    const accounts = readFields(section["accounts"]);
    const own = secretSource(section);
    const hasDefault = Object.keys(accounts).length === 0 || own !== "none";
    const ids = new Set([...(hasDefault ? [DEFAULT_ACCOUNT] : []), ...Object.keys(accounts)]);
    return [...ids].map((accountId) => {
      const account = readFields(accounts[accountId]);
      const isDefault = accountId === DEFAULT_ACCOUNT;
      const fallback = isDefault ? (own === "none" ? environmentSource(id, env) : own) : "none";
      const source = secretSource(account);
      return {
        channel: id,
        accountId,
        isEnabled: isEnabled && account["enabled"] !== false,
        tokenSource: source === "none" ? fallback : source,
      };
    });
  });
}

function secretSource(fields: Readonly<Record<string, unknown>>): "config" | "tokenFile" | "none" {
  if (SECRET_KEYS.some((key) => Boolean(fields[key]))) return "config";
  return fields["tokenFile"] ? "tokenFile" : "none";
}

// TELEGRAM_BOT_TOKEN, SLACK_BOT_TOKEN, …
function environmentSource(channel: string, env: Env): "env" | "none" {
  return readVariable(env, `${channel.toUpperCase()}_BOT_TOKEN`) === undefined ? "none" : "env";
}
