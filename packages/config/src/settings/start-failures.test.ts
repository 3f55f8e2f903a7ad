import { describe, expect, test } from "vitest";
import { START_FAILURES, startFailure } from "./start-failures.ts";

// Written out once more on purpose: whoever changes a text has to change it here, in the runbook, and knowingly.
const PINNED: Readonly<Record<keyof typeof START_FAILURES, readonly [number, string]>> = {
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
};

describe("START_FAILURES", () => {
  test("has the exit codes and texts that operators and tools match", () => {
    expect(START_FAILURES).toEqual(PINNED);
  });
});

describe("startFailure", () => {
  test("fills in the values and puts hints behind the signature", () => {
    expect(startFailure("port-busy", { host: "127.0.0.1", port: 18789 }, ["EADDRINUSE"])).toEqual({
      code: "port-busy",
      exitCode: 1,
      lines: ["another gateway instance is already listening on ws://127.0.0.1:18789", "EADDRINUSE"],
    });
  });

  test("takes values as they are, also when they look like places to fill in", () => {
    expect(startFailure("invalid-config", { path: "/a/<path>/$1" }).lines).toEqual([
      "Invalid config at /a/<path>/$1:",
    ]);
  });
});
