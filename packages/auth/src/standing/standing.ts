import { CLOSE } from "@openclaw/protocol";
import type { Invalidation, Standing } from "../authenticator.ts";
import { isExpired, isSameEntry } from "../credentials/named-token.ts";
import { proxyIdentity } from "../credentials/trusted-proxy.ts";
import type { Grant } from "../grant.ts";
import type { PeerFacts } from "../peer/facts.ts";
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
export function standingOf(footing: Footing): Standing {
  const { grant, endings, since, policy, now } = footing;
  const token = tokenOf(grant, footing.judgedBy);
  let accepted = footing.judgedBy;
  return () => {
    const ended = endings.after(since, grant);
    if (ended !== undefined) return ended;
    if (token !== undefined && isExpired(token, now())) return CLOSE.namedTokenExpired;
    const live = policy();
    if (live === accepted) return undefined;
    const changed = changeIn(live, footing, token);
    if (changed === undefined) accepted = live;
    return changed;
  };
}

function tokenOf({ method, principal }: Grant, policy: AuthPolicy): NamedToken | undefined {
  if (method !== "named-token" || principal.kind !== "token") return undefined;
  return policy.tokens.find(({ name }) => name === principal.name);
}

/** Whether the credential would be accepted again under the policy of now. */
function changeIn(
  live: AuthPolicy,
  { grant, judgedBy, facts }: Footing,
  token: NamedToken | undefined,
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
      const identity = proxyIdentity(facts, live);
      const isVouchedFor = live.mode === "trusted-proxy" && identity.ok;
      return isVouchedFor ? undefined : CLOSE.authChanged;
    }
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
