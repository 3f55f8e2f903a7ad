import type { Grant } from "@openclaw/auth";

/** What a connection may see and do as an operator. Scopes mean nothing in the hands of a node (T-AZ-19). */
export function operatorScopes({ role, scopes }: Pick<Grant, "role" | "scopes">): readonly string[] {
  return role === "operator" ? scopes : [];
}
