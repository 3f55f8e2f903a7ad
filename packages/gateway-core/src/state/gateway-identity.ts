import { createHash, createHmac, createPrivateKey, createPublicKey } from "node:crypto";

/** By which clients know a gateway again: the same kind of identity devices have. */
export interface GatewayIdentity {
  /** SHA-256 of the raw public key, hex. */
  readonly deviceId: string;
  /** base64url of the raw Ed25519 public key. */
  readonly publicKey: string;
}

/** PKCS #8 around the 32 bytes of an Ed25519 private key. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PURPOSE = "openclaw gateway identity 1";

/** The identity that belongs to a gateway's key: it lasts as long as the key does, and tells nothing about it. */
export function gatewayIdentity(key: Uint8Array): GatewayIdentity {
  const seed = createHmac("sha256", key).update(PURPOSE).digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: "der",
    type: "pkcs8",
  });
  // The raw key is the last 32 bytes of its SPKI form.
  const raw = createPublicKey(privateKey).export({ type: "spki", format: "der" }).subarray(-32);
  return {
    deviceId: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
  };
}
