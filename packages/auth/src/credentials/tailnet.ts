import type { KnownAuthReason } from "@openclaw/protocol";
import type { Peer, PeerFacts } from "../peer/facts.ts";
import { singleHeaderValue } from "../peer/headers.ts";
import { isTailnetBelieved } from "../peer/resolve-socket-peer.ts";
import type { AuthPolicy } from "../policy.ts";

/**
 * Asks the tailnet daemon of this machine whose a canonical IP address is. `undefined`, like a rejection, when nobody
 * known has it or the daemon does not answer; bounding the wait is up to the port.
 */
export type TailnetWhois = (ip: string) => Promise<{ readonly login: string } | undefined>;

/** The user of the tailnet at the other end, or why the claim does not count. */
export type TailnetIdentity =
  { readonly ok: true; readonly login: string } | { readonly ok: false; readonly reason: KnownAuthReason };

const LOGIN_HEADER = "tailscale-user-login";

/**
 * Reads the identity `tailscale serve` adds to an upgrade, and has the daemon confirm it: any process of this machine
 * could write the same headers (T-AUTH-20). `undefined` when nothing of the kind is claimed or counts.
 *
 * Docs: protocol.md#tailscale-serve
 */
export async function tailnetIdentity(
  { facts, peer }: { readonly facts: PeerFacts; readonly peer: Peer },
  policy: AuthPolicy,
  whois: TailnetWhois | undefined,
): Promise<TailnetIdentity | undefined> {
  const claimed = singleHeaderValue(facts.headers, LOGIN_HEADER)?.toLowerCase();
  if (!peer.isServed) {
    const isClaimed = isTailnetBelieved(policy) && claimed !== undefined;
    return isClaimed ? refuse("tailscale_proxy_missing") : undefined;
  }
  // Switched off since the upgrade.
  if (!isTailnetBelieved(policy)) return refuse("tailscale_whois_failed");
  if (claimed === undefined) return refuse("tailscale_user_missing");
  const user = await whois?.(peer.clientIp).catch(() => undefined);
  const login = user?.login.normalize("NFC").trim().toLowerCase();
  if (!login) return refuse("tailscale_whois_failed");
  return login === claimed ? { ok: true, login } : refuse("tailscale_user_mismatch");
}

function refuse(reason: KnownAuthReason): TailnetIdentity {
  return { ok: false, reason };
}
