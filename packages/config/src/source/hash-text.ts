import { createHash } from "node:crypto";

/** SHA-256 of a text, or of the bytes of a file, in lower-case hex: the `hash` of snapshots, the `baseHash` of writes. */
export function hashText(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
