import { CLOSE } from "@openclaw/protocol";
import type { Invalidation, Standing } from "../authenticator.ts";
import { isExpired, isSameEntry } from "../credentials/named-token.ts";
import { proxyIdentity } from "../credentials/trusted-proxy.ts";
import type { Grant } from "../grant.ts";
import type { PeerFacts } from "../peer/facts.ts";
import { isTailnetBelieved } from "../peer/resolve-socket-peer.ts";
import type { AuthPolicy, NamedToken } from "../policy.ts";
import { secretsEqual } from "../secrets/secrets-equal.ts";
import { usableSecret } from "../secrets/usable-secret.ts";
import type { DeviceEndings } from "./device-endings.ts";

/** What a grant rests on, and where to look whether that still holds. */
export interface Footing {
  readonly grant: Grant;
  readonly facts: PeerFacts;
  /** The policy the grant was judged by. */
  readonly judgedBy: AuthPolicy;
  readonly policy: () => AuthPolicy;
  readonly endings: DeviceEndings;
  /** Where the endings stood before the judgement. */
  readonly since: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Watches what admitted one connection (G6). Asking costs next to nothing while the policy is the same object.
 *
 * Docs: protocol.md#revocation
 */
export function standingOf({ grant, facts, judgedBy, policy, endings, since, now }: Footing): Standing {
  const token = tokenOf(grant, judgedBy);
  // Lives as long as the connection: headers nobody will look at again are not kept.
  const sender = grant.method === "trusted-proxy" ? facts : undefined;
  let accepted = judgedBy;
  return () => {
    const ended = endings.after(since, grant);
    if (ended !== undefined) return ended;
    if (token !== undefined && isExpired(token, now())) return CLOSE.namedTokenExpired;
    const live = policy();
    if (live === accepted) return undefined;
    const changed = changeIn(live, { grant, judgedBy, token, sender });
    if (changed === undefined) accepted = live;
    return changed;
  };
}

function tokenOf({ method, principal }: Grant, policy: AuthPolicy): NamedToken | undefined {
  if (method !== "named-token" || principal.kind !== "token") return undefined;
  return policy.tokens.find(({ name }) => name === principal.name);
}

/** What was accepted once. */
interface Acceptance extends Pick<Footing, "grant" | "judgedBy"> {
  readonly token: NamedToken | undefined;
  /** Of a client that a proxy vouches for. */
  readonly sender: PeerFacts | undefined;
}

/** Whether the credential would be accepted again under the policy of now. */
function changeIn(
  live: AuthPolicy,
  { grant, judgedBy, token, sender }: Acceptance,
): Invalidation | undefined {
  switch (grant.method) {
    case "device-token":
      return undefined;
    case "named-token": {
      const entry = live.tokens.find(({ name }) => name === token?.name);
      const isKept = token !== undefined && entry !== undefined && isSameEntry(entry, token);
      return isKept && live.mode !== "trusted-proxy" ? undefined : CLOSE.namedTokenRevoked;
    }
    case "token":
    case "password":
      return isSameSecret(live, judgedBy, grant.method) ? undefined : CLOSE.authChanged;
    case "trusted-proxy": {
      const isVouchedFor =
        live.mode === "trusted-proxy" && sender !== undefined && proxyIdentity(sender, live).ok;
      return isVouchedFor ? undefined : CLOSE.authChanged;
    }
    case "tailscale":
      return isTailnetBelieved(live) ? undefined : CLOSE.authChanged;
    case "none":
      return live.mode === "none" ? undefined : CLOSE.authChanged;
    default:
      return grant.method satisfies never;
  }
}

function isSameSecret(live: AuthPolicy, before: AuthPolicy, method: "token" | "password"): boolean {
  const [now, then] = [usableSecret(live[method]), usableSecret(before[method])];
  return live.mode === method && now !== undefined && then !== undefined && secretsEqual(now, then);
}
