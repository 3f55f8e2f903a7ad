import { channelLabel } from "../../channels/channel-label.ts";
import { configuredAccounts, type ConfiguredAccount } from "../../channels/configured-accounts.ts";
import { print, printJson, type CommandContext } from "../../context.ts";

interface Options {
  readonly json?: boolean;
}

/** `channels list`: the accounts of the configuration, without the gateway; never a secret. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, loaded, env, program } = context;
  const accounts = configuredAccounts(loaded.config, env);
  if (options.json) printJson(io, { chat: idsByChannel(accounts), auth: [] });
  else {
    print(io, "Chat channels:", ...(accounts.length > 0 ? accounts.map(line) : ["- none"]), "");
    print(io, "Auth providers (OAuth + API keys):", "- none", "");
    print(io, `Whether they run: ${program} channels status`);
  }
  return 0;
}

function idsByChannel(accounts: readonly ConfiguredAccount[]): Record<string, string[]> {
  const channels = [...new Set(accounts.map(({ channel }) => channel))];
  const idsOf = (id: string) =>
    accounts.filter(({ channel }) => channel === id).map(({ accountId }) => accountId);
  return Object.fromEntries(channels.map((id) => [id, idsOf(id)]));
}

function line({ channel, accountId, isEnabled, tokenSource }: ConfiguredAccount): string {
  const token = tokenSource === "none" ? [] : [`token=${tokenSource}`];
  const facts = ["configured", ...token, isEnabled ? "enabled" : "disabled"];
  return `- ${channelLabel(channel)} ${accountId}: ${facts.join(", ")}`;
}
