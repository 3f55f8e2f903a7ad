import { type Env, readVariable } from "./environment.ts";
import type { Paths } from "./paths.ts";
import type { OpenClawConfig } from "./schema/config-schema.ts";
import type { BindMode } from "./settings/gateway-settings.ts";
import { isLoopbackHost } from "./settings/resolve-bind.ts";
import { DEFAULT_PORT, resolvePort } from "./settings/resolve-port.ts";
import { usableSecret } from "./settings/secret.ts";

/** How the address was chosen, in the words the CLI prints. */
export type TargetSource =
  | "cli --url"
  | "config gateway.remote.url"
  | "local loopback"
  | "missing gateway.remote.url (fallback local)";

/** Connection flags of a command as typed. */
export interface TargetFlags {
  readonly url?: string;
  readonly token?: string;
  readonly password?: string;
  readonly port?: string | number;
}

/** One gateway to talk to, and with which credentials. */
export interface GatewayTarget {
  readonly url: string;
  readonly source: TargetSource;
  readonly token?: string;
  readonly password?: string;
  /** The credentials are those of the command line, and no others. */
  readonly isTyped?: true;
  /** Certificate the gateway must show, when one is pinned. */
  readonly tlsFingerprint?: string;
  readonly configPath: string;
  /** Bind mode of the local gateway; absent when the address did not come from it. */
  readonly bind?: BindMode;
  /** `Gateway target: …`, `Source: …`, `Config: …`, `Bind: …`: printed below a connection failure. */
  readonly details: readonly string[];
}

/** Why no connection may be tried. */
export interface TargetFailure {
  readonly code: "invalid_url" | "insecure_url" | "credentials_required" | "remote_url_missing";
  /** Problem first, then where it comes from and how to fix it. */
  readonly lines: readonly [string, ...string[]];
}

export interface ResolveTargetOptions {
  readonly config: OpenClawConfig;
  /** The environment the configuration was read in: `LoadedConfig.env`. */
  readonly env: Env;
  readonly paths: Pick<Paths, "configPath">;
  readonly flags?: TargetFlags;
  /** `local` asks for this machine's gateway even in remote mode; @default "configured" */
  readonly scope?: "configured" | "local";
  /** An address of the command line may be looked at without showing it credentials; @default no */
  readonly allowBareUrl?: boolean;
}

/** The gateway to talk to, or why no connection may be tried. */
export type TargetResolution =
  | { readonly ok: true; readonly target: GatewayTarget }
  | { readonly ok: false; readonly failure: TargetFailure };

/**
 * Decides which gateway a command talks to and with which credentials. Credentials for one address are never
 * offered to another: `--url` takes those of the command line only. Clear text leaves the machine never.
 *
 * Docs: configuration.md#clients
 */
export function resolveTarget(options: ResolveTargetOptions): TargetResolution {
  const { paths } = options;
  const place = `Config: ${paths.configPath}`;
  const address = resolveAddress(options);
  if ("failure" in address) return { ok: false, failure: address.failure };
  const { url, source, bind, tlsFingerprint } = address;
  const refused = refuseUrl(url, source, place);
  if (refused !== undefined) return { ok: false, failure: refused };
  const credentials = resolveCredentials(options, source);
  const isBare = credentials.token === undefined && credentials.password === undefined;
  if (source === "cli --url" && isBare && !options.allowBareUrl) {
    return fail("credentials_required", [
      "gateway url override requires explicit credentials",
      "Fix: pass --token or --password (or gatewayToken in tools).",
      place,
    ]);
  }
  const details = [
    `Gateway target: ${url}`,
    `Source: ${source}`,
    place,
    ...(bind === undefined ? [] : [`Bind: ${bind}`]),
  ];
  return {
    ok: true,
    target: {
      url,
      source,
      ...credentials,
      ...(tlsFingerprint !== undefined && { tlsFingerprint }),
      configPath: paths.configPath,
      ...(bind !== undefined && { bind }),
      details:
        source === "missing gateway.remote.url (fallback local)" ? [...details, REMOTE_URL_WARNING] : details,
    },
  };
}

interface Address {
  readonly url: string;
  readonly source: TargetSource;
  readonly bind?: BindMode;
  readonly tlsFingerprint?: string;
}

const REMOTE_URL_WARNING =
  "Warn: gateway.mode=remote but gateway.remote.url is missing; set gateway.remote.url or set gateway.mode=local.";

function resolveAddress(options: ResolveTargetOptions): Address | { failure: TargetFailure } {
  const { config, env, flags = {}, paths, scope = "configured" } = options;
  const { gateway = {} } = config;
  const given = flags.url?.trim();
  if (given) return { url: given, source: "cli --url" };
  const isRemote = gateway.mode === "remote";
  const remoteUrl = gateway.remote?.url?.trim();
  if (isRemote && scope === "configured") {
    const pin = gateway.remote?.tlsFingerprint;
    if (remoteUrl) {
      return {
        url: remoteUrl,
        source: "config gateway.remote.url",
        ...(pin !== undefined && { tlsFingerprint: pin }),
      };
    }
    const lines = [
      "gateway remote mode misconfigured: gateway.remote.url missing",
      `Config: ${paths.configPath}`,
      "Fix: set gateway.remote.url, or set gateway.mode=local.",
    ] as const;
    return { failure: { code: "remote_url_missing", lines } };
  }
  const port = resolvePort(config, env, flags.port)?.port ?? DEFAULT_PORT;
  return {
    url: `${gateway.tls?.enabled === true ? "wss" : "ws"}://127.0.0.1:${port}`,
    source: isRemote && !remoteUrl ? "missing gateway.remote.url (fallback local)" : "local loopback",
    bind: gateway.bind ?? "loopback",
  };
}

type Credentials = Pick<GatewayTarget, "token" | "password" | "isTyped">;

function resolveCredentials(
  { config, env, flags = {}, scope }: ResolveTargetOptions,
  source: TargetSource,
): Credentials {
  if (flags.token !== undefined || flags.password !== undefined || source === "cli --url") {
    const typed = credentials(flags.token?.trim() || undefined, flags.password?.trim() || undefined);
    return { ...typed, isTyped: true };
  }
  const { auth = {}, remote = {}, mode } = config.gateway ?? {};
  const token = readVariable(env, "OPENCLAW_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_TOKEN");
  const password = readVariable(env, "OPENCLAW_GATEWAY_PASSWORD", "CLAWDBOT_GATEWAY_PASSWORD");
  if (mode === "remote" && scope !== "local") {
    return credentials(
      first(remote.token, token, auth.token),
      first(password, remote.password, auth.password),
    );
  }
  return credentials(first(token, auth.token), first(password, auth.password));
}

function credentials(token: string | undefined, password: string | undefined): Credentials {
  return { ...(token !== undefined && { token }), ...(password !== undefined && { password }) };
}

/** The first candidate that can be a secret; the gateway passes over the same ones. */
function first(...candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.map(usableSecret).find((secret) => secret !== undefined);
}

function refuseUrl(url: string, source: TargetSource, place: string): TargetFailure | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "ws:" && parsed.protocol !== "wss:")) {
    return {
      code: "invalid_url",
      lines: [
        `invalid gateway url: ${JSON.stringify(withoutUserInfo(url))} (use ws:// or wss://)`,
        `Source: ${source}`,
        place,
      ],
    };
  }
  if (parsed.protocol === "wss:" || isLoopbackHost(parsed.hostname)) return undefined;
  return {
    code: "insecure_url",
    lines: [
      `SECURITY ERROR: Gateway URL "${withoutUserInfo(url)}" uses plaintext ws:// to a non-loopback address.`,
      "Both credentials and chat data would be exposed to network interception.",
      `Source: ${source}`,
      place,
      "Fix: Use wss:// for remote gateway URLs.",
      "Safe remote access defaults:",
      "- keep gateway.bind=loopback and use an SSH tunnel (ssh -N -L 18789:127.0.0.1:18789 user@gateway-host)",
      "- or use Tailscale Serve/Funnel for HTTPS remote access",
      "Doctor: openclaw doctor --fix",
    ],
  };
}

function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

function fail(code: TargetFailure["code"], lines: TargetFailure["lines"]): TargetResolution {
  return { ok: false, failure: { code, lines } };
}
