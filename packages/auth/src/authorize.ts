import { type MethodScope, scopeCovers } from "@openclaw/protocol";
import type { Grant } from "./grant.ts";

/** Whether a caller may do something, and if not, why. */
export type Authorization =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "role" }
  | { readonly ok: false; readonly reason: "scope"; readonly missing: string };

/**
 * The one place where a grant meets what an operation needs: methods, HTTP routes, commands and event fan-out all
 * ask here. The role is judged before the scope (T-AZ-19), so a node learns nothing about scopes. Call it before
 * looking anything up: a refused caller must not learn what exists.
 *
 * Docs: protocol.md#authorisation
 */
export function authorize(grant: Pick<Grant, "role" | "scopes">, needed: MethodScope): Authorization {
  if (needed === "none") return { ok: true };
  const isNodeOperation = needed === "node";
  if (isNodeOperation !== (grant.role === "node")) return { ok: false, reason: "role" };
  if (isNodeOperation || scopeCovers(grant.scopes, needed)) return { ok: true };
  return { ok: false, reason: "scope", missing: needed };
}
