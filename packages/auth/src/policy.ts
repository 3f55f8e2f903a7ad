import type { Role } from "@openclaw/protocol";

/** How callers prove themselves: the operator's choice, see {@link AuthPolicy}. */
export const AUTH_MODES = ["none", "token", "password", "trusted-proxy"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/** Which proxy may name the user, and how its word is checked (mode `trusted-proxy`). */
export interface TrustedProxyPolicy {
  /** Header that carries the user name. */
  readonly userHeader: string;
  /** Headers that must be present and non-empty. */
  readonly requiredHeaders: readonly string[];
  /** Users let in; an empty list lets every user in. */
  readonly allowUsers: readonly string[];
  /** Secret only the proxy knows; without it a loopback peer is never believed (T-PROXY-03). */
  readonly secretHeader?: { readonly name: string; readonly value: string };
}

/**
 * A secret for one headless client, with just the rights it needs. The list holds hashes; the text is kept nowhere.
 *
 * Docs: protocol.md#named-tokens
 */
export interface NamedToken {
  readonly name: string;
  /** `sha256:` and the lower-case hex SHA-256 of the whole text. */
  readonly hash: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  /** Epoch ms; from then on it admits nobody. */
  readonly expiresAtMs?: number;
  /** Addresses and CIDR blocks it may be used from; an empty list means from nowhere. */
  readonly cidr?: readonly string[];
}

/** Budget for wrong credentials of one (class, client). */
export interface RateLimitPolicy {
  /** Wrong attempts within the window that lock the client out. */
  readonly maxAttempts: number;
  readonly windowMs: number;
  readonly lockoutMs: number;
  /** Loopback peers without an `Origin` are never locked out. */
  readonly exemptLoopback: boolean;
}

/** Rules for browsers. */
export interface ControlUiPolicy {
  /** Exact origins let in besides our own loopback origin, compared without case. */
  readonly allowedOrigins: readonly string[];
  /** Break-glass: an origin equal to the `Host` header is let in. */
  readonly dangerouslyAllowHostHeaderOriginFallback: boolean;
  /** A local Control UI without device identity is let in with the shared secret. */
  readonly allowInsecureAuth: boolean;
  /** Break-glass: a Control UI needs no device identity from anywhere. */
  readonly dangerouslyDisableDeviceAuth: boolean;
  /** Loopback origins of other ports are let in too (T-WEB-11). */
  readonly allowLoopbackOrigins: boolean;
}

/**
 * Everything the operator decided about admission. Read anew for every decision, so a reload counts at once.
 *
 * Docs: configuration.md#gateway
 */
export interface AuthPolicy {
  readonly mode: AuthMode;
  readonly token?: string;
  readonly password?: string;
  /** Admit in every mode but `trusted-proxy`. */
  readonly tokens: readonly NamedToken[];
  /** Addresses and CIDR blocks whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  /** `X-Real-IP` of a trusted proxy counts when `X-Forwarded-For` is missing. */
  readonly allowRealIpFallback: boolean;
  readonly trustedProxy?: TrustedProxyPolicy;
  /** `tailscale serve` on this machine may say which user of the tailnet opens a WebSocket. */
  readonly allowTailscale: boolean;
  readonly rateLimit: RateLimitPolicy;
  readonly controlUi: ControlUiPolicy;
  /** Port we listen on: part of our own origin. */
  readonly port: number;
  /** Addresses we listen on: the `Host` values a browser may use. */
  readonly bindHosts: readonly string[];
}

/** Budget unless the operator sets another: 10 wrong in a minute lock the client out for five. */
export const DEFAULT_RATE_LIMIT: RateLimitPolicy = Object.freeze({
  maxAttempts: 10,
  windowMs: 60_000,
  lockoutMs: 300_000,
  exemptLoopback: true,
});
