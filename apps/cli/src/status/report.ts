import type { CommandContext } from "../context.ts";
import { findService } from "../local/service.ts";
import { agentsReport } from "./agents.ts";
import type { GatewayView } from "./gateway-view.ts";

/** The object `openclaw status --json` prints. */
export function statusReport(context: CommandContext, view: GatewayView): object {
  const { summary, gateway, health, lastHeartbeat } = view;
  const { platform, arch, release } = context.io.machine;
  const { heartbeat, channelSummary, queuedSystemEvents, sessions } = summary;
  return {
    heartbeat,
    channelSummary,
    queuedSystemEvents,
    sessions,
    os: { platform, arch, release, label: osLabel(context) },
    update: { installKind: "package", registry: { latestVersion: null } },
    updateChannel: "stable",
    updateChannelSource: "default",
    memory: null,
    memoryPlugin: { enabled: false, slot: null },
    gateway,
    gatewayService: serviceReport(context),
    nodeService: { ...serviceReport(context), installed: false, runtimeShort: null },
    agents: agentsReport(context, summary),
    securityAudit: { ts: context.io.now(), summary: { critical: 0, warn: 0, info: 0 }, findings: [] },
    ...(health && { health, lastHeartbeat: lastHeartbeat ?? null }),
  };
}

/** The operating system in one phrase, e.g. `linux 6.1.0 (x64)`. */
export function osLabel({ io }: CommandContext): string {
  const { platform, release, arch } = io.machine;
  return `${platform} ${release} (${arch})`;
}

function serviceReport(context: CommandContext): object {
  const { label, isInstalled, loadedText, notLoadedText } = findService(context);
  return {
    label,
    installed: isInstalled,
    loadedText: isInstalled ? loadedText : notLoadedText,
    runtimeShort: isInstalled ? null : "not installed",
  };
}
