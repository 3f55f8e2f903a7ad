import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** A device of a test client. */
export interface TestDevice {
  readonly id: string;
  /** base64url of the raw key. */
  readonly publicKey: string;
  /** The same key as SPKI text. */
  readonly pem: string;
  sign(text: string): string;
}

/** Makes a device with a new key. */
export function createDevice(): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  // The raw key is the last 32 bytes of its SPKI form.
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
    pem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64url"),
  };
}
