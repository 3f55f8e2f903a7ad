import { createHash, randomBytes } from "node:crypto";

/** A new named token: the text for its holder, shown once and kept nowhere, and what the file holds instead. */
export interface CreatedNamedToken {
  readonly text: string;
  /** `sha256:` and the lower-case hex SHA-256 of the text. */
  readonly hash: string;
}

/**
 * Makes the text of a named token, `oct_<name>_<43 base64url characters of 32 random bytes>`, and its hash. The text is
 * random enough for a plain SHA-256.
 *
 * Docs: protocol.md#named-tokens
 */
export function createNamedToken(name: string): CreatedNamedToken {
  const text = `oct_${name}_${randomBytes(32).toString("base64url")}`;
  return { text, hash: `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}` };
}
