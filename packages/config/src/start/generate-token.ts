import { randomBytes } from "node:crypto";

/** A new shared secret: 24 random bytes as 48 hex digits. */
export function generateToken(random: (bytes: number) => Uint8Array = randomBytes): string {
  return Buffer.from(random(24)).toString("hex");
}
