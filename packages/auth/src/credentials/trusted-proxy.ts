import { isInBlocks } from "../peer/address-block.ts";
import { isLoopback, parseAddress } from "../peer/address.ts";
import type { PeerFacts } from "../peer/facts.ts";
import { headerValue, singleHeaderValue } from "../peer/headers.ts";
import type { AuthPolicy, TrustedProxyPolicy } from "../policy.ts";
import { secretsEqual } from "../secrets/secrets-equal.ts";
import { usableSecret } from "../secrets/usable-secret.ts";

/** The user a trusted proxy vouches for, or why its word does not count. */
export type ProxyIdentity =
  { readonly ok: true; readonly user: string } | { readonly ok: false; readonly reason: string };

/**
 * Reads the identity a trusted proxy adds to a request (mode `trusted-proxy`).
 *
 * Docs: protocol.md#trusted-proxy
 */
export function proxyIdentity(facts: PeerFacts, policy: AuthPolicy): ProxyIdentity {
  const rules = policy.trustedProxy;
  if (rules === undefined) return refuse("trusted_proxy_config_missing");
  const sender = judgeSender(facts, policy.trustedProxies, rules);
  if (sender !== undefined) return refuse(sender);
  const absent = rules.requiredHeaders.find(
    (name) => !headerValue(facts.headers, name.toLowerCase())?.trim(),
  );
  if (absent !== undefined) return refuse(`trusted_proxy_missing_header_${absent.toLowerCase()}`);
  const user = singleHeaderValue(facts.headers, rules.userHeader);
  if (user === undefined) return refuse("trusted_proxy_user_missing");
  const isListed = rules.allowUsers.some((allowed) => allowed.normalize("NFC").trim() === user);
  if (rules.allowUsers.length > 0 && !isListed) return refuse("trusted_proxy_user_not_allowed");
  return { ok: true, user };
}

/** Any process of this machine can speak from loopback, so there the proxy has to show a secret (T-PROXY-03). */
function judgeSender(
  facts: PeerFacts,
  trustedProxies: readonly string[],
  { secretHeader }: TrustedProxyPolicy,
): string | undefined {
  const socket = parseAddress(facts.remoteAddress);
  if (socket === undefined || !isInBlocks(socket, trustedProxies)) return "trusted_proxy_untrusted_source";
  const secret = usableSecret(secretHeader?.value);
  if (secretHeader === undefined && !isLoopback(socket)) return undefined;
  const shown = secretHeader && headerValue(facts.headers, secretHeader.name.toLowerCase())?.trim();
  const isProven = secret !== undefined && shown !== undefined && secretsEqual(shown, secret);
  return isProven ? undefined : "trusted_proxy_unproven_source";
}

function refuse(reason: string): ProxyIdentity {
  return { ok: false, reason };
}
