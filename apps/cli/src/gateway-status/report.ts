import { resolveGatewaySettings, type BindMode, type GatewayTarget } from "@openclaw/config";
import type { OtherUnit, ServiceRuntime } from "@openclaw/service";

import type { ConnectionFlags } from "../connection/flags.ts";
import { findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { lockHolder } from "../local/lock-holder.ts";
import type { ConfigStatus } from "../status/config-in-force.ts";
import {
  type Host,
  hostOf,
  inspectPort,
  isGatewayListener,
  knownListener,
  type PortUsage,
} from "../local/port-usage.ts";
import { type ReleaseSkew, releaseSkew } from "../service/release-skew.ts";
import { lookAtService, type ServiceLook } from "../service/service-look.ts";
import {
  type ConfigSummary,
  otherServices,
  portOfService,
  serviceConfig,
  type ServiceReport,
  serviceReport,
  summaryOf,
} from "../service/service-report.ts";
import { findLastError } from "./last-error.ts";
import { probeGateway, type Probe } from "./probe.ts";

/** What `gateway status` found; with `--json` it is printed as it is. */
export interface GatewayStatus {
  readonly service: ServiceReport;
  readonly config: {
    readonly cli: ConfigSummary;
    readonly daemon: ConfigSummary;
    /** The service reads another file than this command. */
    readonly mismatch?: true;
  };
  readonly gateway: {
    readonly bindMode: BindMode;
    readonly bindHost: string;
    readonly port: number;
    readonly portSource: "env/config" | "service args";
    readonly probeUrl: string;
    readonly probeNote?: string;
  };
  readonly port: PortUsage;
  /** Port that configuration and environment lead to, where the service has another. */
  readonly portCli?: PortUsage;
  readonly rpc?: {
    readonly ok: boolean;
    readonly error?: string;
    /** What went wrong, for programs: `unreachable`, `unauthorized`, … */
    readonly errorCode?: string;
    readonly hint?: string;
    readonly url: string;
    /** Release of the gateway that answered. */
    readonly version?: string;
    /** Whether the gateway runs with what its file says. */
    readonly configStatus?: ConfigStatus;
  };
  /** Command, gateway and service are not of one release. */
  readonly versionSkew?: ReleaseSkew;
  /** What a service that is down said last. */
  readonly lastError?: string;
  readonly extraServices: readonly OtherUnit[];
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
  const isDeep = flags.deep === true;
  const look = await lookAtService(context);
  const own = findLocalTarget(context, flags);
  const ownPort = portOf(own);
  const servicePort = flags.port === undefined ? portOfService(look) : undefined;
  const local =
    servicePort === undefined ? own : findLocalTarget(context, { ...flags, port: String(servicePort) });
  const port = portOf(local);
  const [probe, claimed, extraServices] = await Promise.all([
    flags.probe === false ? undefined : probeGateway(context, flags, local),
    claimedListener(context, port),
    otherServices(context, look, isDeep),
  ]);
  const holder = claimed?.listeners[0]?.pid;
  const usage = await portUsage(hostOf(context), port, { probe, claimed, isDeep });
  const cli = summaryOf(context.loaded);
  const [service, daemon] = await Promise.all([
    serviceReport(context, look, ownPort),
    serviceConfig(context, look, cli),
  ]);
  const probeUrl = flags.url ?? local.url;
  const localProbe = probeUrl === local.url ? probe : undefined;
  const versionSkew = await releaseSkew(
    context,
    look,
    probe?.ok === true ? { pid: undefined, ...probe } : undefined,
  );
  return {
    service: { ...service, runtime: runtimeSeen(look, { probe: localProbe, usage, holder }) },
    config: { cli, daemon, ...(daemon.path !== cli.path && { mismatch: true as const }) },
    gateway: {
      ...listening(context, local, probeUrl),
      portSource: servicePort === undefined ? "env/config" : "service args",
    },
    port: usage,
    ...(ownPort !== port && { portCli: await inspectPort(hostOf(context), ownPort) }),
    ...(probe && { rpc: rpcSummary(probe, probeUrl) }),
    ...(versionSkew && { versionSkew }),
    ...(await lastErrorOf(context, look, { probe: localProbe, usage })),
    extraServices,
  };
}

function portOf({ url }: GatewayTarget): number {
  return Number(new URL(url).port);
}

function rpcSummary(probe: Probe, url: string): NonNullable<GatewayStatus["rpc"]> {
  if (probe.ok) {
    const { version, configStatus } = probe;
    return { ok: true, url, version, ...(configStatus && { configStatus }) };
  }
  return {
    ok: false,
    error: probe.lines.join("\n"),
    errorCode: probe.code,
    ...(probe.hint !== undefined && { hint: probe.hint }),
    url,
  };
}

// Only where something should run and does not: a service that was stopped in order has no error to tell.
async function lastErrorOf(
  context: CommandContext,
  { own, isInstalled, state: { loaded, runtime } }: ServiceLook,
  { probe, usage }: Omit<Signs, "holder">,
): Promise<Pick<GatewayStatus, "lastError">> {
  if (own === undefined || !isInstalled || !loaded || probe?.ok === true) return {};
  const hasFailed =
    runtime.status === "stopped" && (runtime.lastRunResult ?? runtime.lastExitStatus ?? 0) !== 0;
  const isDeaf = runtime.status === "running" && usage.status === "free";
  if (!hasFailed && !isDeaf) return {};
  const lastError = await findLastError(context, own);
  return lastError === undefined ? {} : { lastError };
}

// The one that the lock names is looked at while the gateway is asked: most often the two agree.
async function claimedListener(context: CommandContext, port: number): Promise<PortUsage | undefined> {
  const pid = await lockHolder(context.paths.lockPath, port);
  return pid === undefined ? undefined : knownListener(hostOf(context), port, pid);
}

interface PortClues {
  readonly probe: Probe | undefined;
  readonly claimed: PortUsage | undefined;
  readonly isDeep: boolean;
}

// A gateway on this machine that answers has told who listens; the tables of the kernel take longer to read.
async function portUsage(
  host: Host,
  port: number,
  { probe, claimed, isDeep }: PortClues,
): Promise<PortUsage> {
  const pid = probe?.ok === true ? probe.pid : undefined;
  const holder = claimed?.listeners[0]?.pid;
  if (pid !== undefined && probe?.ok === true && probe.isLocal && !isDeep)
    return claimed !== undefined && holder === pid ? claimed : knownListener(host, port, pid);
  return inspectPort(host, port, pid ?? holder);
}

interface Signs {
  readonly probe: Probe | undefined;
  readonly usage: PortUsage;
  readonly holder: number | undefined;
}

// Without a service, a gateway that answers or listens was started by hand; a stopped service stays stopped.
function runtimeSeen({ isInstalled, state }: ServiceLook, { probe, usage, holder }: Signs): ServiceRuntime {
  if (isInstalled && (state.loaded || state.runtime.status !== "stopped")) return state.runtime;
  const listener = usage.listeners.find(isGatewayListener);
  const isRunning =
    probe?.ok === true || listener !== undefined || (usage.status === "busy" && holder !== undefined);
  if (!isRunning) return state.runtime;
  const pid = (probe?.ok ? probe.pid : undefined) ?? listener?.pid ?? holder;
  return { status: "running", ...(pid !== undefined && { pid }), detail: "foreground" };
}

const HOSTS: Readonly<Record<string, string>> = { lan: "0.0.0.0" };

// Best effort: a configuration the gateway would refuse still says where it would listen.
function listening(
  context: CommandContext,
  local: GatewayTarget,
  probeUrl: string,
): Omit<GatewayStatus["gateway"], "portSource"> {
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
    probeUrl,
    ...(note !== undefined && { probeNote: note }),
  };
}

function probeNote(bindMode: BindMode, via: string): string | undefined {
  if (bindMode === "loopback") return "Loopback-only gateway; only local clients can connect.";
  return bindMode === "lan" ? `bind=lan listens on 0.0.0.0 (all interfaces); probing via ${via}.` : undefined;
}
