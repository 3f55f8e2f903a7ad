import { resolveGatewaySettings, type BindMode, type GatewayTarget } from "@openclaw/config";

import type { ConnectionFlags } from "../connection/flags.ts";
import type { CommandContext } from "../context.ts";
import { lockHolder } from "../local/lock-holder.ts";
import { inspectPort, looksLikeGateway, type PortUsage } from "../local/port-usage.ts";
import { findService, type Service } from "../local/service.ts";
import { probeGateway, probeTarget, type Probe } from "./probe.ts";

/** A configuration file in a report. */
export interface ConfigSummary {
  readonly path: string;
  readonly exists: boolean;
  readonly valid: boolean;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/** What `gateway status` found; with `--json` it is printed as it is. */
export interface GatewayStatus {
  readonly service: Omit<Service, "isInstalled"> & {
    readonly loaded: boolean;
    readonly command: null;
    readonly runtime: { readonly status: "running" | "stopped"; readonly pid?: number; readonly detail: string };
    readonly configAudit: { readonly ok: true; readonly issues: readonly [] };
  };
  readonly config: { readonly cli: ConfigSummary; readonly daemon: ConfigSummary };
  readonly gateway: {
    readonly bindMode: BindMode;
    readonly bindHost: string;
    readonly port: number;
    readonly portSource: "env/config";
    readonly probeUrl: string;
    readonly probeNote?: string;
  };
  readonly port: PortUsage;
  readonly rpc?: { readonly ok: boolean; readonly error?: string; readonly hint?: string; readonly url: string };
  readonly extraServices: readonly [];
}

/** Options of the command that change what is looked at. */
export interface StatusFlags extends ConnectionFlags {
  /** `false` after `--no-probe`. */
  readonly probe?: boolean;
}

/** Looks at service, configuration, port and, unless told otherwise, the gateway itself. */
export async function gatewayStatus(context: CommandContext, flags: StatusFlags): Promise<GatewayStatus> {
  const found = probeTarget(context, flags);
  const target = found.ok ? found.target : undefined;
  const port = portOf(target) ?? 0;
  const probe = await probeIfAsked(context, flags, found);
  const holder = await lockHolder(context.paths.lockPath, port);
  const usage = await inspectPort(port, probe?.ok === true ? probe.pid : holder);
  const config = configSummary(context);
  const url = target?.url ?? flags.url ?? "";
  return {
    service: serviceStatus(context, { probe, usage, holder }),
    config: { cli: config, daemon: config },
    gateway: { ...listening(context, target), port, portSource: "env/config", probeUrl: url },
    port: usage,
    ...(probe && { rpc: rpcSummary(probe, url) }),
    extraServices: [],
  };
}

async function probeIfAsked(
  context: CommandContext,
  flags: StatusFlags,
  found: ReturnType<typeof probeTarget>,
): Promise<Probe | undefined> {
  if (flags.probe === false) return undefined;
  if (found.ok) return probeGateway(context, found.target, flags);
  return { ok: false, lines: [found.failure.message, ...found.failure.details] };
}

function rpcSummary(probe: Probe, url: string): NonNullable<GatewayStatus["rpc"]> {
  if (probe.ok) return { ok: true, url };
  return { ok: false, error: probe.lines.join("\n"), ...(probe.hint !== undefined && { hint: probe.hint }), url };
}

interface Signs {
  readonly probe: Probe | undefined;
  readonly usage: PortUsage;
  readonly holder: number | undefined;
}

// Without a service, a gateway that answers or listens was started by hand.
function serviceStatus(context: CommandContext, { probe, usage, holder }: Signs): GatewayStatus["service"] {
  const { isInstalled, ...service } = findService(context);
  const listener = usage.listeners.find(looksLikeGateway);
  const isRunning = probe?.ok === true || listener !== undefined || (usage.status === "busy" && holder !== undefined);
  const pid = (probe?.ok ? probe.pid : undefined) ?? listener?.pid ?? holder;
  const runtime = isRunning
    ? { status: "running" as const, ...(pid !== undefined && { pid }), detail: "foreground" }
    : { status: "stopped" as const, detail: isInstalled ? "service not running" : "service not installed" };
  return { ...service, loaded: isInstalled, command: null, runtime, configAudit: { ok: true, issues: [] } };
}

function configSummary({ loaded }: CommandContext): ConfigSummary {
  const issues = loaded.issues.map(({ path, message }) => ({ path: path || "<root>", message }));
  const { path, exists, valid } = loaded;
  return { path, exists, valid, ...(issues.length > 0 && { issues }) };
}

const HOSTS: Readonly<Record<string, string>> = { lan: "0.0.0.0" };

// Best effort: a configuration the gateway would refuse still says where it would listen.
function listening(
  context: CommandContext,
  target: GatewayTarget | undefined,
): Pick<GatewayStatus["gateway"], "bindMode" | "bindHost" | "probeNote"> {
  const { env, paths, loaded } = context;
  const flags = { allowUnconfigured: true };
  const resolved = resolveGatewaySettings({ config: loaded.config, env, paths, flags, configExists: loaded.exists });
  const bindMode = resolved.ok ? resolved.settings.bind : (target?.bind ?? "loopback");
  const bindHost = resolved.ok ? resolved.settings.hosts[0] : (HOSTS[bindMode] ?? "127.0.0.1");
  if (bindMode === "loopback") {
    return { bindMode, bindHost, probeNote: "Loopback-only gateway; only local clients can connect." };
  }
  if (bindMode !== "lan" || !target) return { bindMode, bindHost };
  const via = new URL(target.url).hostname;
  return { bindMode, bindHost, probeNote: `bind=lan listens on 0.0.0.0 (all interfaces); probing via ${via}.` };
}

function portOf(target: GatewayTarget | undefined): number | undefined {
  if (!target) return undefined;
  const { port, protocol } = new URL(target.url);
  return port === "" ? (protocol === "wss:" ? 443 : 80) : Number(port);
}
