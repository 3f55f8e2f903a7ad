import type { Methods } from "@openclaw/client";

import { formatAge } from "../output/duration.ts";

type ChannelsStatus = Methods["channels.status"]["result"];
type Account = ChannelsStatus["channelAccounts"][string][number];

/** One line per account: `- Telegram default: enabled, configured, running, mode:polling`. Docs: runbook.md#health */
export function accountLines(status: ChannelsStatus): string[] {
  return eachAccount(status).map(
    ({ label, account }) => `- ${label} ${accountName(account)}: ${facts(account, status.ts).join(", ")}`,
  );
}

/** What is wrong with configured accounts, one line each; empty when every one of them is ready. */
export function warningLines(status: ChannelsStatus): string[] {
  return eachAccount(status).flatMap(({ id, account }) => {
    const problem = problemOf(account);
    return problem === undefined ? [] : [`- ${id} ${account.accountId}: ${problem}`];
  });
}

/** What there is to say about one account, and what is wrong with it. @param now epoch ms of the report */
export function accountFacts(
  account: Account,
  now: number,
): { readonly facts: readonly string[]; readonly problem: string | undefined } {
  return { facts: facts(account, now), problem: problemOf(account) };
}

function eachAccount(status: ChannelsStatus): { id: string; label: string; account: Account }[] {
  return status.channelOrder.flatMap((id) =>
    (status.channelAccounts[id] ?? []).map((account) => ({
      id,
      label: status.channelLabels[id] ?? id,
      account,
    })),
  );
}

function accountName({ accountId, name }: Account): string {
  return name ? `${accountId} (${name})` : accountId;
}

function facts(account: Account, now: number): string[] {
  const state = (value: unknown, [yes, no]: readonly [string, string]) =>
    typeof value === "boolean" ? [value ? yes : no] : [];
  const since = (label: string, at: unknown) =>
    typeof at === "number" ? [`${label}:${formatAge(now - at)}`] : [];
  const text = (label: string, value: unknown) =>
    typeof value === "string" && value ? [`${label}:${value}`] : [];
  return [
    ...state(account.enabled, ["enabled", "disabled"]),
    ...state(account.configured, ["configured", "not configured"]),
    ...state(account.linked, ["linked", "not linked"]),
    ...state(account.running, ["running", "stopped"]),
    ...state(account.connected, ["connected", "disconnected"]),
    ...since("in", account.lastInboundAt),
    ...since("out", account.lastOutboundAt),
    ...text("mode", account.mode),
    ...text("dm", account.dmPolicy),
    ...(Array.isArray(account.allowFrom) ? [`allow:${account.allowFrom.join(",")}`] : []),
    ...text("token", account.tokenSource),
    ...state(probeOk(account), ["works", "probe failed"]),
    ...text("error", account.lastError),
  ];
}

function problemOf(account: Account): string | undefined {
  if (account.enabled === false || account.configured === false) return undefined;
  if (account.running === false) return `not running${account.lastError ? ` (${account.lastError})` : ""}`;
  if (account.connected === false) return "not connected";
  return probeOk(account) === false ? "probe failed" : undefined;
}

function probeOk({ probe }: Account): unknown {
  return typeof probe === "object" && probe !== null && "ok" in probe ? probe.ok : undefined;
}
