import { displayPath } from "@openclaw/config";

import { accountFacts } from "../channels/account-lines.ts";
import type { CommandContext } from "../context.ts";
import { hostOf, inspectPort } from "../local/port-usage.ts";
import { formatAge } from "../output/duration.ts";
import { prose } from "../output/prose.ts";
import { tableLines } from "../output/table.ts";
import { VERSION } from "../version.ts";
import { agentsReport } from "./agents.ts";
import { diagnose, findingLines } from "./diagnosis.ts";
import type { GatewayView } from "./gateway-view.ts";
import { channelRows } from "./lines.ts";
import { overviewRows } from "./overview.ts";
import type { StatusView } from "./report.ts";

/** The text of `openclaw status --all`: everything there is to say without a secret, to be pasted somewhere. */
export async function allLines(context: CommandContext, view: StatusView): Promise<string[]> {
  const { paths, loaded, io } = context;
  const table = (title: string, header: readonly string[], rows: readonly (readonly string[])[]) => [
    "",
    title,
    ...tableLines({ header, rows, columns: io.stdout.columns }),
  ];
  const about = [
    ["Version", VERSION],
    ["Config", displayPath(loaded.path, paths.home)],
  ];
  const usage =
    view.gateway.mode === "local"
      ? await inspectPort(hostOf(context), portOf(view), view.summary.pid)
      : undefined;
  return [
    "OpenClaw status --all",
    ...table("Overview", ["Item", "Value"], [...about, ...overviewRows(context, view)]),
    ...table("Channels", ["Channel", "Enabled", "State", "Detail"], channelRows(context, view)),
    ...accountRows(view).flatMap(([label, rows]) =>
      table(`${label} accounts`, ["Account", "Status", "Notes"], rows),
    ),
    ...table("Agents", ["Agent", "Sessions", "Active", "Workspace"], agentRows(context, view)),
    "",
    "Diagnosis (read-only)",
    "",
    ...prose(io, io.stdout, diagnose(context, view, usage).flatMap(findingLines)),
    "",
    "Pasteable debug report. Auth tokens redacted.",
  ];
}

function portOf({ gateway }: GatewayView): number {
  return Number(new URL(gateway.url).port);
}

function accountRows({ channels }: GatewayView): [label: string, rows: string[][]][] {
  if (!channels) return [];
  return channels.channelOrder.map((id) => {
    const accounts = channels.channelAccounts[id] ?? [];
    const rows = accounts.map((account) => {
      const { problem, facts } = accountFacts(account, channels.ts);
      return [account.accountId, problem === undefined ? "OK" : "WARN", facts.join(", ")];
    });
    return [channels.channelLabels[id] ?? id, rows];
  });
}

function agentRows(context: CommandContext, { summary, gateway }: GatewayView): string[][] {
  return agentsReport(context, summary).agents.map(({ id, sessionsCount, lastActiveAgeMs, workspaceDir }) => [
    id,
    String(sessionsCount),
    activeText(lastActiveAgeMs, gateway.reachable),
    displayPath(workspaceDir, context.paths.home),
  ]);
}

// Without the gateway nobody knows.
function activeText(ageMs: number | null, isReachable: boolean): string {
  if (ageMs !== null) return formatAge(ageMs);
  return isReachable ? "never" : "unknown";
}
