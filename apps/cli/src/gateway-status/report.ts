import { resolveGatewaySettings, type BindMode, type GatewayTarget } from "@openclaw/config";

import type { ConnectionFlags } from "../connection/flags.ts";
import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { lockHolder } from "../local/lock-holder.ts";
import { inspectPort, knownListener, looksLikeGateway, type PortUsage } from "../local/port-usage.ts";
import { findService, type Service } from "../local/service.ts";
import { probeGateway, type Probe } from "./probe.ts";

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
    readonly runtime: {
      readonly status: "running" | "stopped";
      readonly pid?: number;
      readonly detail: string;
    };
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
  readonly rpc?: {
    readonly ok: boolean;
    readonly error?: string;
    readonly hint?: string;
    readonly url: string;
  };
  readonly extraServices: readonly [];
}

/** Options of the command that change what is looked at. */
export interface StatusFlags extends ConnectionFlags {
  /** `false` after `--no-probe`. */
  readonly probe?: boolean;
  /** Ask the kernel for every listener, also when the gateway answers. */
  readonly deep?: boolean;
}

/** Looks at service, configuration, port and, unless told otherwise, the gateway itself. */
export async function gatewayStatus(context: CommandContext, flags: StatusFlags): Promise<GatewayStatus> {
  const local = findLocalTarget(context, flags);
  const port = Number(new URL(local.url).port);
  const [probe, holder] = await Promise.all([
    flags.probe === false ? undefined : probeGateway(context, flags, local),
    lockHolder(context.paths.lockPath, port),
  ]);
  const usage = await portUsage(port, { probe, holder, isDeep: flags.deep === true });
  const config = configSummary(context);
  const probeUrl = flags.url ?? local.url;
  const localProbe = probeUrl === local.url ? probe : undefined;
  return {
    service: serviceStatus(context, { probe: localProbe, usage, holder }),
    config: { cli: config, daemon: config },
    gateway: listening(context, local, probeUrl),
    port: usage,
    ...(probe && { rpc: rpcSummary(probe, probeUrl) }),
    extraServices: [],
  };
}

function rpcSummary(probe: Probe, url: string): NonNullable<GatewayStatus["rpc"]> {
  if (probe.ok) return { ok: true, url };
  return {
    ok: false,
    error: probe.lines.join("\n"),
    ...(probe.hint !== undefined && { hint: probe.hint }),
    url,
  };
}

interface PortClues {
  readonly probe: Probe | undefined;
  readonly holder: number | undefined;
  readonly isDeep: boolean;
}

// A gateway on this machine that answers has told who listens; the tables of the kernel take longer to read.
function portUsage(port: number, { probe, holder, isDeep }: PortClues): Promise<PortUsage> {
  const pid = probe?.ok === true ? probe.pid : undefined;
  if (pid !== undefined && probe?.ok === true && probe.isLocal && !isDeep) return knownListener(port, pid);
  return inspectPort(port, pid ?? holder);
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
  const isRunning =
    probe?.ok === true || listener !== undefined || (usage.status === "busy" && holder !== undefined);
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
  local: GatewayTarget,
  probeUrl: string,
): GatewayStatus["gateway"] {
  const { env, paths, loaded } = context;
  const flags = { allowUnconfigured: true };
  const options = { config: loaded.config, env, paths, flags, configExists: loaded.exists };
  const resolved = resolveGatewaySettings(options);
  const bindMode = resolved.ok ? resolved.settings.bind : (local.bind ?? "loopback");
  const bindHost = resolved.ok ? resolved.settings.hosts[0] : (HOSTS[bindMode] ?? "127.0.0.1");
  const url = new URL(local.url);
  const note = probeNote(bindMode, url.hostname);
  return {
    bindMode,
    bindHost,
    port: Number(url.port),
    portSource: "env/config",
    probeUrl,
    ...(note !== undefined && { probeNote: note }),
  };
}

function probeNote(bindMode: BindMode, via: string): string | undefined {
  if (bindMode === "loopback") return "Loopback-only gateway; only local clients can connect.";
  return bindMode === "lan" ? `bind=lan listens on 0.0.0.0 (all interfaces); probing via ${via}.` : undefined;
}
