import * as v from "valibot";

import { nonEmpty, noParams } from "../schemas.ts";
import { method, result } from "./define.ts";

/** Request header that carries the id of a look. */
export const LOOK_HEADER = "x-openclaw-look";

/** Result of `proxy.look`: what to send along with one request so that it is noticed. */
export interface ProxyLook {
  readonly lookId: string;
  /** Header to send the id in. */
  readonly header: string;
  /** Time in ms after which nothing is noticed or kept any more. */
  readonly expiresInMs: number;
}

/**
 * Who a request comes from.
 *
 * - `local`: a program of this machine, under a name of this machine.
 * - `direct`: somebody elsewhere, without a proxy.
 * - `proxied`: whom a trusted proxy names.
 * - `nameless-proxy`: a trusted proxy that names nobody. Refused where it matters who it is.
 * - `untrusted-proxy`: a proxy that the configuration does not name. Refused.
 * - `hidden-proxy`: a program of this machine under a name that is not of this machine; it counts as somebody elsewhere.
 */
export type RequestOrigin =
  "local" | "direct" | "proxied" | "nameless-proxy" | "untrusted-proxy" | "hidden-proxy";

/** What a gateway sees of one request, and what it makes of it. */
export interface SeenRequest {
  /** Address of the TCP peer. */
  readonly peer: string;
  /** Whether `gateway.trustedProxies` names the peer. */
  readonly isTrustedProxy: boolean;
  /** Headers by which proxies tell about the client, as they came. */
  readonly forwarding: Readonly<Record<string, string>>;
  readonly host: string | null;
  readonly origin: string | null;
  /** Whether a browser may come from there under this `Host`; null without an `Origin`. */
  readonly browser: "allowed" | "origin not allowed" | "host not allowed" | null;
  /** Address that counts as the client's; empty when unknown. */
  readonly clientIp: string;
  readonly isLocal: boolean;
  readonly verdict: RequestOrigin;
}

/** How requests arrive here through whatever lies in between. */
export const PROXY_METHODS = {
  "proxy.look": method({
    params: noParams,
    scope: "operator.admin",
    result: result<ProxyLook>(),
    advertised: false,
  }),
  "proxy.seen": method({
    params: v.strictObject({ lookId: nonEmpty }),
    scope: "operator.admin",
    result: result<{ readonly seen: SeenRequest | null }>(),
    advertised: false,
  }),
};
