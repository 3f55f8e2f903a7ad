import { accountLines } from "../channels/account-lines.ts";
import { configuredChannels } from "../channels/configured-channels.ts";
import type { CommandContext } from "../context.ts";
import { healthLines } from "../health/health-lines.ts";
import { prose } from "../output/prose.ts";
import { tableLines } from "../output/table.ts";
import { skewLine } from "../service/release-skew.ts";
import { sessionTable } from "../sessions/session-table.ts";
import { costLines } from "../usage/cost-lines.ts";
import type { GatewayView } from "./gateway-view.ts";
import type { StatusView } from "./report.ts";
import { overviewRows } from "./overview.ts";

/** The text of `openclaw status`. */
export function statusLines(context: CommandContext, view: StatusView): string[] {
  const { program } = context;
  const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
    tableLines({ header, rows, columns: context.io.stdout.columns });
  const text = (lines: readonly string[]) => prose(context.io, context.io.stdout, lines);
  return [
    "OpenClaw status",
    "",
    "Overview",
    ...table(["Item", "Value"], overviewRows(context, view)),
    "",
    "Channels",
    ...table(["Channel", "Enabled", "State", "Detail"], channelRows(context, view)),
    "",
    "Sessions",
    ...sessionTable(
      view.summary.sessions.recent.map(({ age, ...row }) => ({ ...row, ageMs: age })),
      context.io.stdout.columns,
    ),
    "",
    ...(view.health ? ["Health", ...text(healthLines(view.health)), ""] : []),
    ...(view.usage ? [...text(costLines(view.usage.cost)), ""] : []),
    ...(view.versionSkew === undefined ? [] : [...text([skewLine(view.versionSkew)]), ""]),
    ...(view.failure?.hint === undefined ? [] : [...text([`Gateway: ${view.failure.hint}`]), ""]),
    "Next steps:",
    `  Need to debug live?    ${program} logs --follow`,
    `  Need to test channels? ${program} status --deep`,
    `  Need the service view? ${program} gateway status`,
  ];
}

/** One row per channel: name, on or off, state, details. */
export function channelRows({ loaded }: CommandContext, { channels }: GatewayView): string[][] {
  const running = channels?.channelOrder ?? [];
  const detail = channels ? "configured; this gateway does not run it" : "from the configuration";
  const others = configuredChannels(loaded.config).filter(({ id }) => !running.includes(id));
  const rows = [
    ...(channels ? running.map((id) => runningChannel(id, channels)) : []),
    ...others.map(({ id, isEnabled }) => [id, isEnabled ? "ON" : "OFF", isEnabled ? "SETUP" : "OFF", detail]),
  ];
  return rows.length > 0 ? rows : [["none configured", "", "", ""]];
}

function runningChannel(id: string, channels: NonNullable<GatewayView["channels"]>): string[] {
  const accounts = channels.channelAccounts[id] ?? [];
  const isEnabled = accounts.some(({ enabled }) => enabled !== false);
  const state = !isEnabled ? "OFF" : accounts.every(isReady) ? "OK" : "WARN";
  const detail = accountLines({ ...channels, channelOrder: [id] }).map((line) => line.slice(2));
  return [channels.channelLabels[id] ?? id, isEnabled ? "ON" : "OFF", state, detail.join("; ")];
}

function isReady({ configured, running, connected }: { [key: string]: unknown }): boolean {
  return configured !== false && running !== false && connected !== false;
}
