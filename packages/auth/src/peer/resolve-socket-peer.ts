import type { AuthPolicy } from "../policy.ts";
import { formatAddress, parseAddress } from "./address.ts";
import type { Peer, PeerFacts } from "./facts.ts";
import { singleHeaderValue } from "./headers.ts";
import { resolvePeer } from "./resolve-peer.ts";

/** What `tailscale serve` adds to every request it forwards, over whatever the client sent under these names. */
const SERVE_HEADERS = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"];

/** Whether `tailscale serve` on this machine may vouch for people. A proxy that names the user does that alone. */
export function isTailnetBelieved({ allowTailscale, mode }: AuthPolicy): boolean {
  return allowTailscale && mode !== "trusted-proxy";
}

/**
 * The peer of a WebSocket. It differs from any other only behind `tailscale serve`: such a peer may come as far as the
 * connect, where the tailnet daemon is asked who it is. Nothing may be granted on these headers alone, and HTTP does
 * not know them at all (T-AUTH-19).
 *
 * Docs: protocol.md#tailscale-serve
 */
export function resolveSocketPeer(facts: PeerFacts, policy: AuthPolicy): Peer {
  const peer = resolvePeer(facts, policy);
  if (!peer.proxyUnattributed || !peer.isLoopbackPeer || !isTailnetBelieved(policy)) return peer;
  const client = servedClient(facts.headers);
  return client === undefined
    ? peer
    : { ...peer, clientIp: client, proxyUnattributed: false, isServed: true };
}

/** The one address served; a chain of them was not written by `tailscale serve`. */
function servedClient(headers: PeerFacts["headers"]): string | undefined {
  const [forwarded, ...others] = SERVE_HEADERS.map((name) => singleHeaderValue(headers, name));
  const address = forwarded === undefined ? undefined : parseAddress(forwarded);
  return address === undefined || others.includes(undefined) ? undefined : formatAddress(address);
}
