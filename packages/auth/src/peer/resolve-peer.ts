import type { AuthPolicy } from "../policy.ts";
import { isInBlocks } from "./address-block.ts";
import { formatAddress, isLoopback, parseAddress } from "./address.ts";
import type { Peer, PeerFacts } from "./facts.ts";
import { forwardedClient, hasForwardingHeaders } from "./forwarded.ts";
import { headerValue } from "./headers.ts";
import { hostName, isLocalName } from "./host.ts";

/** The part of the policy that says which addresses to believe. */
export type ProxyPolicy = Pick<AuthPolicy, "trustedProxies" | "allowRealIpFallback">;

/**
 * Finds out who is at the other end. Being local is a property of the TCP peer, the absence of forwarding headers
 * and a local `Host` together; no header can add it. A trusted proxy that names no client stays unknown, not local.
 *
 * Docs: protocol.md#local-clients
 */
export function resolvePeer(facts: PeerFacts, policy: ProxyPolicy): Peer {
  const { headers } = facts;
  const socket = parseAddress(facts.remoteAddress);
  const isProxy = socket !== undefined && isInBlocks(socket, policy.trustedProxies);
  const isForwarded = hasForwardingHeaders(headers);
  const client = isProxy ? forwardedClient(headers, policy) : socket;
  const isLoopbackPeer = socket !== undefined && isLoopback(socket);
  const host = headerValue(headers, "host");
  const origin = headerValue(headers, "origin");
  const name = hostName(host);
  return {
    clientIp: client === undefined ? "" : formatAddress(client),
    isLocal: isLoopbackPeer && !isProxy && !isForwarded && name !== undefined && isLocalName(name),
    isLoopbackPeer,
    proxyUnattributed: isForwarded && !isProxy,
    ...(origin !== undefined && { origin }),
    ...(host !== undefined && { host }),
  };
}

/** Whether the client itself sits on this machine, under whatever `Host` it knows us. */
export function isDirectLoopback({ clientIp }: Pick<Peer, "clientIp">): boolean {
  const address = parseAddress(clientIp);
  return address !== undefined && isLoopback(address);
}
