import { CliFailure } from "../../failure.ts";

// The operator scopes of the protocol, without their prefix.
const SCOPES: readonly string[] = [
  "admin",
  "read",
  "write",
  "approvals",
  "pairing",
  "questions",
  "talk",
  "talk.secrets",
];
const PREFIX = "operator.";

/**
 * Scopes as typed, `read` or `operator.read`, several in one word with commas. A typo would make a token that can do
 * nothing, so it is refused.
 */
export function parseScopes(typed: readonly string[]): readonly string[] {
  const words = typed
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .map((text) => (text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text));
  const unknown = words.find((word) => !SCOPES.includes(word));
  if (unknown === undefined) return [...new Set(words)].map((word) => `${PREFIX}${word}`);
  throw new CliFailure(`unknown scope: ${unknown} (use ${SCOPES.join(", ")})`, { code: "usage" });
}
