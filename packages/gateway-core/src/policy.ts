import type { AuthPolicy } from "@openclaw/auth";
import type { GatewaySettings } from "@openclaw/config";

/** What the authenticator has to know of the settings in force and of the address in use. */
export function authPolicy(
  settings: GatewaySettings,
  address: { readonly port: number; readonly hosts: readonly string[] },
): AuthPolicy {
  const { auth, controlUi } = settings;
  return {
    mode: auth.mode,
    ...(auth.token !== undefined && { token: auth.token }),
    ...(auth.password !== undefined && { password: auth.password }),
    trustedProxies: settings.trustedProxies,
    allowRealIpFallback: settings.allowRealIpFallback,
    ...(auth.trustedProxy !== undefined && { trustedProxy: auth.trustedProxy }),
    rateLimit: auth.rateLimit,
    controlUi,
    port: address.port,
    bindHosts: address.hosts,
  };
}
