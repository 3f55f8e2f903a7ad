import type { GatewayFlags } from "./gateway-settings.ts";
import type { StartFailureCode } from "./start-failures.ts";

/** What makes each start possible again, the safest way when there are several: the words after the command's name. */
export const START_FIXES = {
  "missing-config": "config set gateway.mode local",
  "legacy-config": "doctor",
  "start-blocked": "config set gateway.mode local",
  "password-missing": "config set gateway.auth.mode token",
  "bind-without-auth": "config set gateway.bind loopback",
  "custom-bind-host-missing": "config set gateway.bind loopback",
  "custom-bind-host-invalid": "config set gateway.bind loopback",
  "custom-bind-host-foreign": "config set gateway.bind loopback",
  "proxy-settings-missing": "config set gateway.auth.mode token",
  "proxies-missing": "config set gateway.auth.mode token",
  "loopback-proxy-missing": "config set gateway.auth.mode token",
  "funnel-without-password": "config set gateway.tailscale.mode off",
  "tailscale-off-loopback": "config set gateway.bind loopback",
  "control-ui-origins-missing": "config set gateway.bind loopback",
  "hooks-token-missing": "config set hooks.enabled false",
  "hooks-token-shared": "config set hooks.enabled false",
  "hooks-path-root": "config unset hooks.path",
  "hooks-default-key-unlisted": "config unset hooks.allowedSessionKeyPrefixes",
  "hooks-prefix-unlisted": "config unset hooks.allowedSessionKeyPrefixes",
} as const satisfies Partial<Readonly<Record<StartFailureCode, string>>>;

/**
 * What to type so that a start with these flags becomes possible, the words after the command's name; nothing where no
 * one line does it. A flag goes before the configuration, so it is the flag that has to change then.
 *
 * Docs: runbook.md#failure-signatures
 */
export function startFix(code: StartFailureCode, flags: GatewayFlags = {}): string | undefined {
  const fixes: Partial<Readonly<Record<StartFailureCode, string>>> = START_FIXES;
  const fix = fixes[code];
  if (fix === "config set gateway.bind loopback" && flags.bind !== undefined)
    return runWords({ ...flags, bind: "loopback" });
  if (fix === "config set gateway.auth.mode token" && flags.auth !== undefined)
    return runWords({ ...flags, auth: "token" });
  return fix;
}

/** The words that start a gateway with these flags again; secrets are left out. */
export function runWords({ port, bind, auth, allowUnconfigured = false }: GatewayFlags): string {
  const values = Object.entries({ port, bind, auth }).filter(([, value]) => value !== undefined);
  return [
    "gateway",
    ...values.flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(allowUnconfigured ? ["--allow-unconfigured"] : []),
  ].join(" ");
}
