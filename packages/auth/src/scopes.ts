import { OPERATOR_SCOPES, type Role, scopeCovers } from "@openclaw/protocol";

/** Scopes somebody holds. For nodes a scope is a mere word: nothing implies another. */
export interface HeldScopes {
  readonly role: Role;
  readonly held: readonly string[];
}

/** Everything an operator can be allowed: what the owner's own secret is worth. */
export const ALL_OPERATOR_SCOPES: readonly string[] = OPERATOR_SCOPES;

/** Whether every scope asked for is held. */
export function coversAll(holder: HeldScopes, asked: readonly string[]): boolean {
  return asked.every((scope) => covers(holder, scope));
}

/**
 * The scopes a client asks for as far as they mean anything: each once, and for operators only those this gateway
 * knows. What is not named is not granted; a missing list is an empty one (T-AUTH-05).
 */
export function knownScopes(role: Role, asked: readonly string[] | undefined): readonly string[] {
  const distinct = [...new Set(asked)];
  return role === "operator" ? distinct.filter((scope) => ALL_OPERATOR_SCOPES.includes(scope)) : distinct;
}

/** What is left of a wish: the scopes asked for that the grant covers. A client can narrow its grant, never widen it. */
export function narrowScopes(asked: readonly string[], granted: HeldScopes): readonly string[] {
  return asked.filter((scope) => covers(granted, scope));
}

function covers({ role, held }: HeldScopes, scope: string): boolean {
  return role === "operator" ? scopeCovers(held, scope) : held.includes(scope);
}
