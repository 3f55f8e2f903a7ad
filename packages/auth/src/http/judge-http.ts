import type { HttpVerdict } from "../authenticator.ts";
import { judgeNamedToken, namedTokenText } from "../credentials/named-token.ts";
import { judgeSecret } from "../credentials/shared-secret.ts";
import { proxyIdentity } from "../credentials/trusted-proxy.ts";
import type { Grant } from "../grant.ts";
import type { ClientBudget } from "../limiter/client-budget.ts";
import { isHostAllowed, judgeBrowser } from "../peer/browser.ts";
import type { Peer, PeerFacts } from "../peer/facts.ts";
import { headerValue } from "../peer/headers.ts";
import { isDirectLoopback } from "../peer/resolve-peer.ts";
import type { AuthPolicy } from "../policy.ts";
import { knownScopes, narrowScopes } from "../scopes.ts";

type HttpRefusal = Extract<HttpVerdict, { ok: false }>;

/** What the shared secret is worth over HTTP, and the most any other caller can ask for. */
const HTTP_SCOPES: readonly string[] = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
  "operator.talk.secrets",
];

/** What a judgement rests on besides the request itself. */
export interface HttpContext {
  readonly policy: AuthPolicy;
  readonly peer: Peer;
  readonly budget: ClientBudget;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Judges one HTTP request by its headers: where it comes from, whether a page may have sent it, its credential.
 * Only the bearer scheme carries secrets; query, cookies and device tokens do not count here.
 *
 * Docs: protocol.md#http
 */
export function judgeHttp(facts: PeerFacts, context: HttpContext): HttpVerdict {
  const { policy, peer, budget } = context;
  const { mode } = policy;
  const refusal = judgeSource(facts, context);
  if (refusal !== undefined) return refusal;
  const text = namedTokenText(bearer(facts));
  if (text !== undefined && mode !== "trusted-proxy") return judgeNamed(text, context);
  switch (mode) {
    case "none":
      return admit({ kind: "anonymous" }, mode, { scopes: declaredScopes(facts), peer });
    case "trusted-proxy": {
      const identity = proxyIdentity(facts, policy);
      if (!identity.ok) return UNAUTHORIZED;
      return admit({ kind: "proxy", user: identity.user }, mode, { scopes: declaredScopes(facts), peer });
    }
    case "token":
    case "password": {
      const verdict = judgeSecret(bearer(facts), { ...policy, mode }, budget);
      if (verdict.status === "locked") return lockedOut(verdict.retryAfterMs);
      if (verdict.status === "wrong") budget.fail("shared-secret");
      if (verdict.status !== "right") return UNAUTHORIZED;
      budget.succeed("shared-secret");
      return admit({ kind: "shared" }, mode, { scopes: HTTP_SCOPES, peer });
    }
    default:
      return mode satisfies never;
  }
}

/** A named token is worth exactly what the operator wrote into its entry. */
function judgeNamed(text: string, { policy, peer, budget, now }: HttpContext): HttpVerdict {
  const { clientIp } = peer;
  const verdict = judgeNamedToken(text, { tokens: policy.tokens, role: "operator", clientIp, budget, now });
  if (verdict.status === "locked") return lockedOut(verdict.retryAfterMs);
  if (verdict.status === "wrong") budget.fail("named-token");
  if (verdict.status !== "right") return UNAUTHORIZED;
  budget.succeed("named-token");
  const { name } = verdict.token;
  const scopes = knownScopes("operator", verdict.token.scopes);
  return admit({ kind: "token", name }, "named-token", { scopes, peer });
}

/** Proxy, origin and host: refused before any credential is looked at (T-PROXY-01, T-WEB-03, T-WEB-05). */
function judgeSource(facts: PeerFacts, { policy, peer }: HttpContext): HttpRefusal | undefined {
  if (peer.proxyUnattributed) {
    return forbid(
      "proxy_attribution_required",
      "Forwarding headers from an unknown proxy: list its address in gateway.trustedProxies.",
    );
  }
  const browser = judgeBrowser(peer, policy);
  const site = headerValue(facts.headers, "sec-fetch-site");
  const isForeign = !browser.ok && browser.reason === "origin not allowed";
  if (isForeign || (site === "cross-site" && peer.origin === undefined)) {
    return forbid("origin_not_allowed", "Origin not allowed: list it in gateway.controlUi.allowedOrigins.");
  }
  // A page whose name was rebound to us sends no Origin with its own GETs. Programs elsewhere know us by any name.
  const mayBePage = site !== undefined || policy.mode === "none" || isDirectLoopback(peer);
  if (!browser.ok || (!browser.isBrowser && mayBePage && !isHostAllowed(peer.host, policy))) {
    return forbid(
      "host_not_allowed",
      "Host not allowed: list its origin in gateway.controlUi.allowedOrigins.",
    );
  }
  return undefined;
}

function bearer({ headers }: PeerFacts): string | undefined {
  const { authorization } = headers;
  return typeof authorization === "string" ? /^bearer\s+(.+)$/i.exec(authorization.trim())?.[1] : undefined;
}

/** Callers without a secret of their own may ask for less than everything, never for more (T-AUTH-04). */
function declaredScopes({ headers }: PeerFacts): readonly string[] {
  const declared = headerValue(headers, "x-openclaw-scopes");
  if (declared === undefined) return HTTP_SCOPES;
  const asked = knownScopes(
    "operator",
    declared.split(",").map((scope) => scope.trim()),
  );
  return narrowScopes(asked, { role: "operator", held: HTTP_SCOPES });
}

function admit(
  principal: Grant["principal"],
  method: Grant["method"],
  { scopes, peer }: { readonly scopes: readonly string[]; readonly peer: Peer },
): HttpVerdict {
  return { ok: true, grant: { principal, role: "operator", scopes, method, isLocal: peer.isLocal } };
}

/** One answer for every reason: what exactly was wrong is nobody's business. */
const UNAUTHORIZED: HttpRefusal = { ok: false, status: 401, type: "unauthorized", message: "Unauthorized" };

function lockedOut(retryAfterMs: number): HttpRefusal {
  const message = "Too many failed authentication attempts. Please try again later.";
  return { ok: false, status: 429, type: "rate_limited", message, retryAfterMs };
}

function forbid(type: string, message: string): HttpRefusal {
  return { ok: false, status: 403, type, message };
}
