import type { ConnectCase } from "../connect/case.ts";
import type { Principal } from "../grant.ts";
import { judgeSecret } from "./shared-secret.ts";
import { proxyIdentity } from "./trusted-proxy.ts";

/** The gateway's own credential admits the client. */
export interface RightCredential {
  readonly status: "right";
  readonly method: "none" | "token" | "password" | "trusted-proxy";
  /** Who the client is when it shows no device. */
  readonly principal: Principal;
}

/** How the gateway's own credential (secret, proxy, or none at all) was judged. */
export type GatewayCredential =
  | RightCredential
  /** Only `wrong` is a guess that counts. */
  | { readonly status: "wrong" | "absent"; readonly reason: string }
  | { readonly status: "locked"; readonly retryAfterMs: number };

/** Judges the credential class the operator chose by the mode. Nothing is counted yet. */
export function judgeGatewayCredential(judged: ConnectCase): GatewayCredential {
  const { policy, attempt, budget } = judged;
  const { mode } = policy;
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
      return verdict.status === "right" ? { ...verdict, principal: { kind: "shared" } } : verdict;
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
