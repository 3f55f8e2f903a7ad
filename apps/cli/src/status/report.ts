import type { CommandContext } from "../context.ts";
import { agentsReport } from "./agents.ts";
import type { ReleaseSkew } from "../service/release-skew.ts";
import { runtimeText, type ServiceLook } from "../service/service-look.ts";
import type { GatewayView } from "./gateway-view.ts";

/** The gateway and its service, as far as they could be seen. */
export interface StatusView extends GatewayView {
  readonly service: ServiceLook;
  /** Command, gateway and service are not of one release. */
  readonly versionSkew?: ReleaseSkew;
}

/** The object `openclaw status --json` prints. */
export function statusReport(context: CommandContext, view: StatusView): object {
  const { summary, gateway, health, lastHeartbeat, usage } = view;
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
    gatewayService: serviceReport(view),
    nodeService: {
      label: view.service.words.label,
      installed: false,
      loadedText: view.service.words.notLoadedText,
      runtimeShort: null,
    },
    agents: agentsReport(context, summary),
    securityAudit: { ts: context.io.now(), summary: { critical: 0, warn: 0, info: 0 }, findings: [] },
    ...(view.versionSkew && { versionSkew: view.versionSkew }),
    ...(health && { health, lastHeartbeat: lastHeartbeat ?? null }),
    ...(usage && { usage }),
  };
}

/** The operating system in one phrase, e.g. `linux 6.1.0 (x64)`. */
export function osLabel({ io }: CommandContext): string {
  const { platform, release, arch } = io.machine;
  return `${platform} ${release} (${arch})`;
}

function serviceReport({ service }: StatusView): object {
  const { words, isInstalled, state } = service;
  return {
    label: words.label,
    installed: isInstalled,
    loadedText: state.loaded ? words.loadedText : words.notLoadedText,
    runtimeShort: isInstalled ? runtimeText(state.runtime) : "not installed",
  };
}
