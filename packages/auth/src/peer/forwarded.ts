import { isInBlocks } from "./address-block.ts";
import { type Address, parseAddress } from "./address.ts";
import type { PeerFacts } from "./facts.ts";
import { headerValue } from "./headers.ts";

/** Headers only a proxy adds. From anybody else they make a peer unattributed, whatever they say. */
export const FORWARDING_HEADERS = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
] as const;

/** Whether a proxy stands between us and the client. */
export function hasForwardingHeaders(headers: PeerFacts["headers"]): boolean {
  return FORWARDING_HEADERS.some((name) => headers[name] !== undefined);
}

/** Whose word about the client counts. */
export interface ForwardingPolicy {
  readonly trustedProxies: readonly string[];
  readonly allowRealIpFallback: boolean;
}

/**
 * The client a trusted proxy speaks for: the right-most hop of `X-Forwarded-For` that is not itself a trusted proxy.
 * Everything left of it may be the client's own invention (T-PROXY-02). `undefined` when the proxy names nobody
 * readable; callers then must not treat the proxy as the client (T-PROXY-05).
 */
export function forwardedClient(
  headers: PeerFacts["headers"],
  policy: ForwardingPolicy,
): Address | undefined {
  const chain = headerValue(headers, "x-forwarded-for");
  if (chain === undefined) {
    return policy.allowRealIpFallback ? parseHop(headerValue(headers, "x-real-ip") ?? "") : undefined;
  }
  let client: Address | undefined;
  for (const hop of chain.split(",").reverse()) {
    client = parseHop(hop);
    if (client === undefined || !isInBlocks(client, policy.trustedProxies)) return client;
  }
  return client;
}

/** A hop may carry a port: `1.2.3.4:5678`, `[2001:db8::1]:5678`. */
function parseHop(text: string): Address | undefined {
  const hop = text.trim();
  const withPort = /^(\[[^\]]*\]|[^:]*):\d{1,5}$/.exec(hop);
  return parseAddress(withPort?.[1] ?? hop);
}
