/**
 * Everything that stops a start because of its configuration or flags: exit code and first line. Operators and
 * tools match these texts, so they change only together with the runbook.
 * 78 = the configuration must change, 1 = the command line or the machine must.
 *
 * Docs: runbook.md#failure-signatures
 */
export const START_FAILURES = {
  "reset-without-dev": [1, "Use --reset with --dev."],
  "invalid-port": [1, "Invalid port"],
  "invalid-bind": [1, 'Invalid --bind (use "loopback", "lan", "tailnet", "auto", or "custom")'],
  "invalid-auth": [1, 'Invalid --auth (use "token" or "password")'],
  "invalid-config": [78, "Invalid config at <path>:"],
  "legacy-config": [
    78,
    'Legacy config entries detected but auto-migration failed. Run "openclaw doctor" to migrate.',
  ],
  "missing-config": [
    78,
    "Missing config. Run `openclaw setup` or set gateway.mode=local (or pass --allow-unconfigured).",
  ],
  "start-blocked": [
    78,
    "Gateway start blocked: set gateway.mode=local (current: <mode>) or pass --allow-unconfigured.",
  ],
  "password-missing": [78, "Gateway auth is set to password, but no password is configured."],
  "token-missing": [
    78,
    "gateway auth mode is token, but no token was configured (set gateway.auth.token or OPENCLAW_GATEWAY_TOKEN)",
  ],
  "bind-without-auth": [
    78,
    "refusing to bind gateway to <host>:<port> without auth (set gateway.auth.token/password, or set OPENCLAW_GATEWAY_TOKEN/OPENCLAW_GATEWAY_PASSWORD)",
  ],
  "custom-bind-host-missing": [78, "gateway.bind=custom requires gateway.customBindHost"],
  "custom-bind-host-invalid": [78, "gateway.bind=custom requires a valid IPv4 customBindHost (got <host>)"],
  "custom-bind-host-foreign": [
    78,
    "gateway bind=custom requested <host> but resolved <resolved>; refusing fallback",
  ],
  "proxy-settings-missing": [
    78,
    "gateway auth mode is trusted-proxy, but no trustedProxy config was provided (set gateway.auth.trustedProxy)",
  ],
  "proxy-user-header-empty": [
    78,
    "gateway auth mode is trusted-proxy, but trustedProxy.userHeader is empty (set gateway.auth.trustedProxy.userHeader)",
  ],
  "proxies-missing": [
    78,
    "gateway auth mode=trusted-proxy requires gateway.trustedProxies to be configured with at least one proxy IP",
  ],
  "loopback-proxy-missing": [
    78,
    "gateway auth mode=trusted-proxy with bind=loopback requires gateway.trustedProxies to include 127.0.0.1, ::1, or a loopback CIDR",
  ],
  "funnel-without-password": [
    78,
    "tailscale funnel requires gateway auth mode=password (set gateway.auth.password or OPENCLAW_GATEWAY_PASSWORD)",
  ],
  "tailscale-off-loopback": [78, "tailscale serve/funnel requires gateway bind=loopback (127.0.0.1)"],
  "control-ui-origins-missing": [
    78,
    "non-loopback Control UI requires gateway.controlUi.allowedOrigins (set explicit origins), or set gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback=true to use Host-header origin fallback mode",
  ],
  "hooks-token-missing": [78, "hooks.enabled requires hooks.token"],
  "hooks-path-root": [78, "hooks.path may not be '/'"],
  "hooks-default-key-unlisted": [78, "hooks.defaultSessionKey must match hooks.allowedSessionKeyPrefixes"],
  "hooks-prefix-unlisted": [
    78,
    "hooks.allowedSessionKeyPrefixes must include 'hook:' when hooks.defaultSessionKey is unset",
  ],
  "hooks-token-shared": [
    78,
    "Invalid config: hooks.token must not match gateway auth token. Set a distinct hooks.token for hook ingress.",
  ],
  "tls-unusable": [78, "gateway tls: failed to enable"],
  "port-busy": [1, "another gateway instance is already listening on ws://<host>:<port>"],
  "listen-failed": [1, "failed to bind gateway socket on ws://<host>:<port>: <error>"],
  "state-held": [1, "gateway already running (pid <pid>, port <port>)"],
} as const satisfies Record<string, readonly [exitCode: 78 | 1, firstLine: string]>;

/** Names of the rows above. */
export type StartFailureCode = keyof typeof START_FAILURES;

/** Why the gateway does not start; print `lines` on stderr in order and exit. */
export interface StartFailure {
  readonly code: StartFailureCode;
  readonly exitCode: 78 | 1;
  /** The signature first, hints after it. */
  readonly lines: readonly [string, ...string[]];
}

type Placeholder<T extends string> = T extends `${string}<${infer Name}>${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;
/** Values for the `<…>` places of one row. */
type Values<C extends StartFailureCode> = Readonly<
  Record<Placeholder<(typeof START_FAILURES)[C][1]>, string | number>
>;

/** Fills in a row of {@link START_FAILURES}; `hints` follow the signature, one line each. */
export function startFailure<C extends StartFailureCode>(
  code: C,
  values: Values<C>,
  hints: readonly string[] = [],
): StartFailure {
  const [exitCode, template] = START_FAILURES[code];
  const named: Readonly<Record<string, string | number>> = values;
  const signature = template.replace(/<(\w+)>/g, (whole, name: string) => String(named[name] ?? whole));
  return { code, exitCode, lines: [signature, ...hints] };
}

/** The setting that a failure is about, for those who are about to write it; empty when it is none in particular. */
export function failedSetting(code: StartFailureCode): string {
  return FAILED_SETTINGS[code] ?? "";
}

const FAILED_SETTINGS: Partial<Record<StartFailureCode, string>> = {
  "invalid-port": "gateway.port",
  "invalid-bind": "gateway.bind",
  "invalid-auth": "gateway.auth.mode",
  "missing-config": "gateway.mode",
  "start-blocked": "gateway.mode",
  "password-missing": "gateway.auth.password",
  "token-missing": "gateway.auth.token",
  "bind-without-auth": "gateway.auth",
  "custom-bind-host-missing": "gateway.customBindHost",
  "custom-bind-host-invalid": "gateway.customBindHost",
  "custom-bind-host-foreign": "gateway.customBindHost",
  "proxy-settings-missing": "gateway.auth.trustedProxy",
  "proxy-user-header-empty": "gateway.auth.trustedProxy.userHeader",
  "proxies-missing": "gateway.trustedProxies",
  "loopback-proxy-missing": "gateway.trustedProxies",
  "funnel-without-password": "gateway.auth.mode",
  "tailscale-off-loopback": "gateway.bind",
  "control-ui-origins-missing": "gateway.controlUi.allowedOrigins",
  "hooks-token-missing": "hooks.token",
  "hooks-path-root": "hooks.path",
  "hooks-default-key-unlisted": "hooks.defaultSessionKey",
  "hooks-prefix-unlisted": "hooks.allowedSessionKeyPrefixes",
  "hooks-token-shared": "hooks.token",
  "tls-unusable": "gateway.tls.enabled",
  "port-busy": "gateway.port",
  "listen-failed": "gateway.bind",
};
