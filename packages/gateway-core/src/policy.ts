import type { AuthPolicy } from "@openclaw/auth";
import type { GatewaySettings } from "@openclaw/config";

function authPolicy(settings: GatewaySettings, address: ListenAddress): AuthPolicy {
  const { auth, controlUi } = settings;
  return {
    mode: auth.mode,
    ...(auth.token !== undefined && { token: auth.token }),
    ...(auth.password !== undefined && { password: auth.password }),
    tokens: auth.tokens,
    trustedProxies: settings.trustedProxies,
    allowRealIpFallback: settings.allowRealIpFallback,
    ...(auth.trustedProxy !== undefined && { trustedProxy: auth.trustedProxy }),
    allowTailscale: auth.allowTailscale,
    rateLimit: auth.rateLimit,
    controlUi,
    port: address.port,
    bindHosts: address.hosts,
  };
}

/** Where we listen. */
export interface ListenAddress {
  readonly port: number;
  readonly hosts: readonly string[];
}

/**
 * The policy in force, one object as long as nothing changes: whoever asked before sees by that alone that there is
 * nothing to judge anew.
 */
export function livePolicy(settings: () => GatewaySettings, address: () => ListenAddress): () => AuthPolicy {
  let made: { readonly policy: AuthPolicy; readonly from: GatewaySettings; readonly at: string } | undefined;
  return () => {
    const from = settings();
    const { port, hosts } = address();
    const at = `${port} ${hosts.join(" ")}`;
    if (made?.from !== from || made.at !== at) made = { policy: authPolicy(from, { port, hosts }), from, at };
    return made.policy;
  };
}
