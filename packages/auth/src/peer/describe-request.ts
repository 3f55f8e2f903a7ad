import type { RequestOrigin, SeenRequest } from "@openclaw/protocol";
import type { AuthPolicy } from "../policy.ts";
import { isInBlocks } from "./address-block.ts";
import { formatAddress, parseAddress } from "./address.ts";
import { judgeBrowser } from "./browser.ts";
import type { Peer, PeerFacts } from "./facts.ts";
import { FORWARDING_HEADERS } from "./forwarded.ts";
import { headerValue } from "./headers.ts";
import { resolvePeer } from "./resolve-peer.ts";

/** Longest part of a header that is told. */
const MOST_CHARS = 512;

/**
 * Tells how a request looks from here and what the rules make of it, for operators who put a proxy in front.
 *
 * Docs: protocol.md#local-clients
 */
export function describeRequest(facts: PeerFacts, policy: AuthPolicy): SeenRequest {
  const { headers, remoteAddress } = facts;
  const peer = resolvePeer(facts, policy);
  const socket = parseAddress(remoteAddress);
  const isTrustedProxy = socket !== undefined && isInBlocks(socket, policy.trustedProxies);
  const browser = judgeBrowser(peer, policy);
  const forwarding = FORWARDING_HEADERS.flatMap((name) => {
    const value = headerValue(headers, name);
    return value === undefined ? [] : [[name, value.slice(0, MOST_CHARS)] as const];
  });
  return {
    peer: socket === undefined ? remoteAddress : formatAddress(socket),
    isTrustedProxy,
    forwarding: Object.fromEntries(forwarding),
    host: peer.host?.slice(0, MOST_CHARS) ?? null,
    origin: peer.origin?.slice(0, MOST_CHARS) ?? null,
    browser: peer.origin === undefined ? null : browser.ok ? "allowed" : browser.reason,
    clientIp: peer.clientIp,
    isLocal: peer.isLocal,
    verdict: originOf(peer, isTrustedProxy),
  };
}

function originOf(peer: Peer, isTrustedProxy: boolean): RequestOrigin {
  if (peer.proxyUnattributed) return "untrusted-proxy";
  if (isTrustedProxy) return peer.clientIp === "" ? "nameless-proxy" : "proxied";
  if (peer.isLocal) return "local";
  return peer.isLoopbackPeer ? "hidden-proxy" : "direct";
}
