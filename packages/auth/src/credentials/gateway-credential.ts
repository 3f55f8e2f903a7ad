import type { ConnectCase } from "../connect/case.ts";
import { isControlUi } from "../connect/client-class.ts";
import type { Principal } from "../grant.ts";
import type { AttemptClass } from "../limiter/attempt-limiter.ts";
import { judgeNamedToken, namedTokenText } from "./named-token.ts";
import { judgeSecret } from "./shared-secret.ts";
import type { TailnetIdentity } from "./tailnet.ts";
import { proxyIdentity } from "./trusted-proxy.ts";

/** The gateway's own credential admits the client. */
export interface RightCredential {
  readonly status: "right";
  readonly method: "none" | "token" | "password" | "trusted-proxy" | "named-token" | "tailscale";
  /** Who the client is when it shows no device. */
  readonly principal: Principal;
  /** What the operator wrote into the entry of a named token. */
  readonly granted?: readonly string[];
}

/** How a credential the gateway itself knows (secret, named token, proxy, tailnet user, or none at all) was judged. */
export type GatewayCredential =
  | RightCredential
  /** A guess that counts, against the budget of its kind. */
  | { readonly status: "wrong"; readonly reason: string; readonly kind: AttemptClass }
  /** Nothing was presented that could have been guessed, or what is right does not admit this client now. */
  | { readonly status: "absent" | "void"; readonly reason: string }
  | { readonly status: "locked"; readonly retryAfterMs: number };

/**
 * Judges a named token if there is one, else the credential the operator chose by the mode, else who the Control UI is
 * in the tailnet: a secret that was presented decides alone (T-AUTH-21). Nothing is counted yet.
 */
export function judgeGatewayCredential(
  judged: ConnectCase,
  tailnet: TailnetIdentity | undefined,
): GatewayCredential {
  const chosen = judgeChosenCredential(judged);
  const mayBeUser = judged.role === "operator" && isControlUi(judged.client);
  if (chosen.status !== "absent" || tailnet === undefined || !mayBeUser) return chosen;
  if (!tailnet.ok) return { status: "absent", reason: tailnet.reason };
  return { status: "right", method: "tailscale", principal: { kind: "tailnet", login: tailnet.login } };
}

function judgeChosenCredential(judged: ConnectCase): GatewayCredential {
  const { policy, attempt, budget } = judged;
  const { mode } = policy;
  const text = namedTokenText(judged.auth.token);
  if (text !== undefined && mode !== "trusted-proxy") return judgeNamed(judged, text);
  switch (mode) {
    case "none":
      return { status: "right", method: "none", principal: { kind: "anonymous" } };
    case "trusted-proxy": {
      const identity = proxyIdentity(attempt.facts, policy);
      if (!identity.ok) return { status: "absent", reason: identity.reason };
      return { status: "right", method: mode, principal: { kind: "proxy", user: identity.user } };
    }
    case "token":
    case "password": {
      const verdict = judgeSecret(presentedSecret(judged), { ...policy, mode }, budget);
      if (verdict.status === "right") return { ...verdict, principal: { kind: "shared" } };
      return verdict.status === "wrong" ? { ...verdict, kind: "shared-secret" } : verdict;
    }
    default:
      return mode satisfies never;
  }
}

/** Whether it was the owner's own secret that was shown, not merely nothing asked for. */
export function isOwnerSecret({ method }: RightCredential): boolean {
  return method === "token" || method === "password";
}

/** The value offered as shared secret: the field of the mode; in dialect 4 the other field will do as well. */
export function presentedSecret({ policy, auth, dialect }: ConnectCase): string | undefined {
  const [own, other] = policy.mode === "password" ? [auth.password, auth.token] : [auth.token, auth.password];
  return dialect === 4 && !own?.trim() ? other : own;
}

function judgeNamed({ policy, peer, role, budget, now }: ConnectCase, text: string): GatewayCredential {
  const { clientIp } = peer;
  const verdict = judgeNamedToken(text, { tokens: policy.tokens, role, clientIp, budget, now });
  if (verdict.status === "wrong") return { ...verdict, kind: "named-token" };
  if (verdict.status !== "right") return verdict;
  const { name, scopes } = verdict.token;
  return { status: "right", method: "named-token", principal: { kind: "token", name }, granted: scopes };
}
