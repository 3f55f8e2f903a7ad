import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** A device key as it was presented: raw bytes, and the id they hash to. */
export interface PresentedKey {
  readonly raw: Buffer;
  /** Lower-case hex SHA-256 of the raw bytes. */
  readonly deviceId: string;
}

/** Reads base64url, standard base64 or SPKI PEM; `undefined` when nothing can be read out of it. */
export function readPublicKey(text: string): PresentedKey | undefined {
  const raw = text.includes("-----BEGIN") ? rawFromPem(text) : Buffer.from(text, "base64url");
  if (raw === undefined || raw.length === 0) return undefined;
  return { raw, deviceId: createHash("sha256").update(raw).digest("hex") };
}

/** The key as it is stored and shown: base64url of the raw bytes without padding. */
export function publicKeyText({ raw }: PresentedKey): string {
  return raw.toString("base64url");
}

/** The key ready for verification; `undefined` when the bytes are no Ed25519 key. */
export function importPublicKey({ raw }: PresentedKey): KeyObject | undefined {
  try {
    return createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") },
      format: "jwk",
    });
  } catch {
    return undefined;
  }
}

function rawFromPem(pem: string): Buffer | undefined {
  try {
    const { crv, x } = createPublicKey(pem).export({ format: "jwk" });
    return crv === "Ed25519" && x !== undefined ? Buffer.from(x, "base64url") : undefined;
  } catch {
    return undefined;
  }
}
