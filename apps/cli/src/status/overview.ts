import { displayPath } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { dashboardUrl } from "../local/dashboard.ts";
import { agentsReport } from "./agents.ts";
import type { GatewayReport, GatewayView } from "./gateway-view.ts";
import { runtimeText, type ServiceLook } from "../service/service-look.ts";
import { osLabel, type StatusView } from "./report.ts";

/** Rows of the overview table: what, and how it is. Docs: runbook.md#health */
export function overviewRows(context: CommandContext, view: StatusView): string[][] {
  const { summary, gateway, health } = view;
  const agents = agentsReport(context, summary);
  return [
    ["Dashboard", dashboardUrl(context, gateway.url)],
    ["OS", `${osLabel(context)} · node ${context.io.machine.nodeVersion}`],
    ["Tailscale", context.loaded.config.gateway?.tailscale?.mode ?? "off"],
    ["Gateway", gatewayCell(gateway, view.auth)],
    ["Gateway service", serviceCell(view.service)],
    ["Agents", `${agents.agents.length} · sessions ${agents.totalSessions} · default ${agents.defaultId}`],
    ["Probes", health ? "enabled" : "skipped (use --deep)"],
    [
      "Events",
      summary.queuedSystemEvents.length === 0 ? "none" : `${summary.queuedSystemEvents.length} queued`,
    ],
    ["Heartbeat", heartbeatCell(view)],
    ["Sessions", sessionsCell(context, view)],
  ];
}

function serviceCell({ words, isInstalled, state }: ServiceLook): string {
  if (!isInstalled) return `${words.label} not installed`;
  const loaded = state.loaded ? words.loadedText : words.notLoadedText;
  return `${words.label} installed · ${loaded} · ${runtimeText(state.runtime)}`;
}

function gatewayCell(gateway: GatewayReport, auth: string | undefined): string {
  const place = `${gateway.mode} · ${gateway.url} (${gateway.urlSource})`;
  if (gateway.misconfigured) return `${gateway.mode} · misconfigured (remote.url missing)`;
  if (!gateway.reachable) return `${place} · unreachable (${gateway.error})`;
  const { host, ip, version, platform } = gateway.self ?? {};
  const where = [
    host ?? "unknown host",
    ...(ip ? [`(${ip})`] : []),
    `app ${version ?? "unknown"}`,
    platform ?? "",
  ];
  return `${place} · reachable ${gateway.connectLatencyMs}ms · auth ${auth ?? "unknown"} · ${where.join(" ").trim()}`;
}

function heartbeatCell({ summary }: GatewayView): string {
  const { agents } = summary.heartbeat;
  return agents
    .map(({ agentId, enabled, every }) => `${enabled ? every : "disabled"} (${agentId})`)
    .join(", ");
}

function sessionsCell({ paths }: CommandContext, { summary }: GatewayView): string {
  const { count, defaults, paths: stores } = summary.sessions;
  const window =
    defaults.contextTokens === null ? "" : ` (${Math.round(defaults.contextTokens / 1_000)}k ctx)`;
  const model = `default ${defaults.model ?? "unknown"}${window}`;
  return [`${count} active`, model, ...stores.map((path) => displayPath(path, paths.home))].join(" · ");
}
