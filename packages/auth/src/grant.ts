import type { Role } from "@openclaw/protocol";

/**
 * Who a connection or HTTP request is, for budgets, idempotency and audit.
 *
 * Docs: protocol.md#principals
 */
export type Principal =
  | { readonly kind: "device"; readonly id: string }
  | { readonly kind: "token"; readonly name: string }
  | { readonly kind: "proxy"; readonly user: string }
  | { readonly kind: "tailnet"; readonly login: string }
  | { readonly kind: "shared" }
  | { readonly kind: "anonymous" };

/** Which credential let the caller in; `hello-ok.auth.method` of dialect 4. `token` is the shared one. */
export type GrantMethod =
  "token" | "password" | "device-token" | "named-token" | "none" | "trusted-proxy" | "tailscale";

/** A device token handed out by this connect, for `hello-ok.auth`. */
export interface IssuedDeviceToken {
  readonly deviceToken: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  /** Epoch ms of the last rotation, else of the creation. */
  readonly issuedAtMs: number;
}

/** What an admitted caller may do. `scopes` are the enforced ones. */
export interface Grant {
  readonly principal: Principal;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly method: GrantMethod;
  /** Set when the caller proved a device key, paired or not. */
  readonly deviceId?: string;
  readonly isLocal: boolean;
  readonly issued?: IssuedDeviceToken;
}

/** Stable text of a principal: `device:<id>`, `token:<name>`, `proxy:<user>`, `tailnet:<login>`, `shared`, `anonymous`. */
export function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case "device":
      return `device:${principal.id}`;
    case "token":
      return `token:${principal.name}`;
    case "proxy":
      return `proxy:${principal.user}`;
    case "tailnet":
      return `tailnet:${principal.login}`;
    case "shared":
    case "anonymous":
      return principal.kind;
    default:
      return principal satisfies never;
  }
}
