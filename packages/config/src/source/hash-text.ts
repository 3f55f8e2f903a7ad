import { createHash } from "node:crypto";

/** SHA-256 of a text in lower-case hex: the `hash` of snapshots and the `baseHash` of writes. */
export function hashText(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
