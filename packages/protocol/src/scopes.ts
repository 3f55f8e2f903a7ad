/** Everything an operator connection may be allowed to do. */
export const OPERATOR_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
  "operator.questions",
  "operator.talk",
  "operator.talk.secrets",
] as const;

/** One operator permission. */
export type OperatorScope = (typeof OPERATOR_SCOPES)[number];

/** What a connection is: somebody in control, or a machine that offers commands. */
export const ROLES = ["operator", "node"] as const;

/** Role of a connection. */
export type Role = (typeof ROLES)[number];

/** What a method asks of its caller: a scope, `"node"` for node connections only, `"none"` for anybody connected. */
export type MethodScope = OperatorScope | "none" | "node";

const IMPLIED_BY_WRITE = new Set(["operator.read", "operator.talk"]);

/** Whether `role` is one this protocol knows. */
export function isRole(role: string): role is Role {
  return ROLES.some((known) => known === role);
}

/**
 * Whether the scopes held include `needed`: admin covers every `operator.*`, write covers read and talk, all others
 * only themselves.
 *
 * Docs: protocol.md#scopes
 */
export function scopeCovers(held: readonly string[], needed: string): boolean {
  if (held.includes(needed)) return true;
  if (IMPLIED_BY_WRITE.has(needed) && held.includes("operator.write")) return true;
  return needed.startsWith("operator.") && held.includes("operator.admin");
}
