import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Compares two secrets in a time that depends on neither content nor length: what is compared are their SHA-256
 * digests (T-AUTH-08). Every comparison of a secret goes through here.
 */
export function secretsEqual(presented: string, expected: string): boolean {
  return timingSafeEqual(digest(presented), digest(expected));
}

function digest(secret: string): Buffer {
  return createHash("sha256").update(secret, "utf8").digest();
}
