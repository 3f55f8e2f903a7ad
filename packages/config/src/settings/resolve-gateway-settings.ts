import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { type Env, readVariable } from "../environment.ts";
import type { Paths } from "../paths.ts";
import type { OpenClawConfig } from "../schema/config-schema.ts";
import { deepFreeze } from "../source/record.ts";
import type { ControlUiSettings, GatewayFlags, GatewaySettings } from "./gateway-settings.ts";
import { checkGuards } from "./guards.ts";
import { resolveAuth } from "./resolve-auth.ts";
import { isLoopbackHost, resolveBind, resolveBindMode } from "./resolve-bind.ts";
import { resolvePort } from "./resolve-port.ts";
import { type StartFailure, startFailure } from "./start-failures.ts";

export interface ResolveGatewaySettingsOptions {
  readonly config: OpenClawConfig;
  /** The environment the configuration was read in: `LoadedConfig.env`. */
  readonly env: Env;
  readonly paths: Pick<Paths, "auditPath" | "stateDir">;
  readonly flags?: GatewayFlags;
  /** Whether there is a configuration file; @default true */
  readonly configExists?: boolean;
  /** Addresses of this machine; @default those of its network interfaces */
  readonly addresses?: () => readonly string[];
}

/** Settings to start with, or why the gateway must not start. */
export type GatewaySettingsResolution =
  | { readonly ok: true; readonly settings: GatewaySettings }
  | { readonly ok: false; readonly failure: StartFailure };

/**
 * Decides port, addresses, authentication and everything else a gateway must know before it listens, and
 * refuses what would be unsafe. Reads nothing but its arguments and the list of network addresses.
 *
 * Docs: runbook.md#port-and-bind-precedence
 */
export function resolveGatewaySettings(options: ResolveGatewaySettingsOptions): GatewaySettingsResolution {
  const { config, env, flags = {}, addresses = machineAddresses } = options;
  const port = resolvePort(config, env, flags.port);
  if (port === undefined) return refuse(startFailure("invalid-port", {}));
  if (flags.auth !== undefined && flags.auth !== "token" && flags.auth !== "password") {
    return refuse(startFailure("invalid-auth", {}));
  }
  const blocked = modeFailure(options);
  if (blocked !== undefined) return refuse(blocked);
  const mode = resolveBindMode(config, flags);
  if (mode === undefined) return refuse(startFailure("invalid-bind", {}));
  const bound = resolveBind(mode, config, addresses);
  if (!bound.ok) return bound;

  const { auth, rejected } = resolveAuth(config, env, flags);
  const settings: GatewaySettings = {
    ...port,
    bind: bound.bind,
    hosts: bound.hosts,
    isLoopback: bound.hosts.every(isLoopbackHost),
    auth,
    tokenMissing: auth.mode === "token" && auth.token === undefined,
    ...sectionSettings(options),
    warnings: [...bound.warnings, ...authWarnings({ auth, flags, rejected })],
  };
  const failure = checkGuards({ settings, config, rejected });
  return failure === undefined ? { ok: true, settings: deepFreeze(settings) } : refuse(failure);
}

function refuse(failure: StartFailure): GatewaySettingsResolution {
  return { ok: false, failure };
}

function modeFailure(options: ResolveGatewaySettingsOptions): StartFailure | undefined {
  const { config, flags = {}, configExists = true, paths } = options;
  if (flags.allowUnconfigured === true) return undefined;
  if (!configExists) return startFailure("missing-config", {});
  const mode = config.gateway?.mode ?? "unset";
  if (mode === "local") return undefined;
  return startFailure("start-blocked", { mode }, [`Config write audit: ${paths.auditPath}`]);
}

function authWarnings(found: {
  auth: GatewaySettings["auth"];
  flags: GatewayFlags;
  rejected: readonly string[];
}): readonly string[] {
  const shown = (["token", "password"] as const).filter((name) => found.flags[name] !== undefined);
  return [
    ...(found.auth.mode === "none"
      ? ["Gateway auth mode=none explicitly configured; all gateway connections are unauthenticated."]
      : []),
    ...found.rejected.map((name) => `${name} is blank or a placeholder and counts as missing.`),
    ...shown.map((name) => `--${name} on the command line can be read by other users of this machine.`),
  ];
}

/** `OPENCLAW_HANDSHAKE_TIMEOUT_MS` wins over the file; what is no count, or more than a timer can wait, is passed over. */
function handshakeTimeoutOf(env: Env): number | undefined {
  const text = readVariable(env, "OPENCLAW_HANDSHAKE_TIMEOUT_MS") ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) : 0;
  return ms > 0 && ms < 2 ** 31 ? ms : undefined;
}

type SectionSettings = Pick<
  GatewaySettings,
  | "allowRealIpFallback"
  | "controlUi"
  | "http"
  | "limits"
  | "mdnsMode"
  | "nodes"
  | "reloadMode"
  | "shutdown"
  | "tls"
  | "trustedProxies"
  | "writeBudget"
>;

/** Sections that need nothing but their defaults. */
function sectionSettings({ config, env, paths }: ResolveGatewaySettingsOptions): SectionSettings {
  const { gateway = {} } = config;
  const handshakeTimeoutMs = handshakeTimeoutOf(env);
  const { endpoints, securityHeaders } = gateway.http ?? {};
  const hsts = securityHeaders?.strictTransportSecurity;
  const { caPath, ...tls } = gateway.tls ?? {};
  return {
    trustedProxies: gateway.trustedProxies ?? [],
    allowRealIpFallback: gateway.allowRealIpFallback ?? false,
    controlUi: controlUiSettings(gateway.controlUi),
    limits: {
      handshakeTimeoutMs: 15_000,
      preAuthSockets: 512,
      preAuthSocketsPerPeer: 32,
      inFlightPerConnection: 64,
      maxPayloadBytes: 26_214_400,
      maxBufferedBytes: 52_428_800,
      tickIntervalMs: 30_000,
      responseStallMs: 30_000,
      ...gateway.limits,
      ...(handshakeTimeoutMs !== undefined && { handshakeTimeoutMs }),
    },
    nodes: {
      allowCommands: gateway.nodes?.allowCommands ?? [],
      denyCommands: gateway.nodes?.denyCommands ?? [],
    },
    writeBudget: { maxCalls: 30, windowMs: 60_000, ...gateway.writeBudget },
    reloadMode: gateway.reload?.mode ?? "hybrid",
    mdnsMode: config.discovery?.mdns?.mode ?? "minimal",
    shutdown: { budgetMs: 5000, restartDrainMs: 30_000, ...gateway.shutdown },
    http: {
      chatCompletions: endpoints?.chatCompletions?.enabled ?? false,
      responses: endpoints?.responses?.enabled ?? false,
      ...(typeof hsts === "string" && { strictTransportSecurity: hsts }),
    },
    tls: {
      enabled: tls.enabled ?? false,
      autoGenerate: tls.autoGenerate ?? true,
      certPath: tls.certPath ?? join(paths.stateDir, "gateway", "tls", "gateway-cert.pem"),
      keyPath: tls.keyPath ?? join(paths.stateDir, "gateway", "tls", "gateway-key.pem"),
      ...(caPath !== undefined && { caPath }),
    },
  };
}

function controlUiSettings(
  configured: NonNullable<OpenClawConfig["gateway"]>["controlUi"] = {},
): ControlUiSettings {
  return {
    enabled: configured.enabled ?? true,
    basePath: configured.basePath ?? "",
    allowedOrigins: configured.allowedOrigins ?? [],
    allowLoopbackOrigins: configured.allowLoopbackOrigins ?? false,
    dangerouslyAllowHostHeaderOriginFallback: configured.dangerouslyAllowHostHeaderOriginFallback ?? false,
    allowInsecureAuth: configured.allowInsecureAuth ?? false,
    dangerouslyDisableDeviceAuth: configured.dangerouslyDisableDeviceAuth ?? false,
  };
}

function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map(({ address }) => address),
  );
}
