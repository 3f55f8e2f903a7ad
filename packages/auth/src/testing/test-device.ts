import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { type ConnectParams, deviceAuthPayload, signedToken } from "@openclaw/protocol";

/** What a signature covers besides the connect. */
export interface SignOptions {
  /** Nonce of the challenge. */
  readonly nonce: string;
  /** Epoch ms. */
  readonly signedAtMs: number;
  /** @default "v2" */
  readonly version?: "v2" | "v3";
}

/** A device with a key of its own, for tests that connect. */
export interface TestDevice {
  readonly deviceId: string;
  /** base64url of the raw bytes. */
  readonly publicKey: string;
  readonly publicKeyPem: string;
  /** The connect with a device block that proves this device. */
  sign(params: ConnectParams, options: SignOptions): ConnectParams;
}

/** PKCS #8 envelope of an Ed25519 seed. */
const SEED_ENVELOPE = Buffer.from("302e020100300506032b657004220420", "hex");

/** Creates a device; the same 32-byte `seed` gives the same device, without one it is new. */
export function createTestDevice(seed?: Uint8Array): TestDevice {
  const privateKey = seed === undefined ? generateKeyPairSync("ed25519").privateKey : privateKeyFrom(seed);
  const publicKey = createPublicKey(privateKey);
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const identity = {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
  };
  return {
    deviceId: identity.id,
    publicKey: identity.publicKey,
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign(params, { nonce, signedAtMs, version = "v2" }) {
      const payload = deviceAuthPayload({
        version,
        deviceId: identity.id,
        clientId: params.client.id,
        clientMode: params.client.mode,
        role: params.role ?? "operator",
        scopes: params.scopes ?? [],
        signedAtMs,
        token: signedToken(params.auth),
        nonce,
        platform: params.client.platform,
        deviceFamily: params.client.deviceFamily,
      });
      const signature = sign(null, Buffer.from(payload, "utf8"), privateKey).toString("base64url");
      return { ...params, device: { ...identity, signature, signedAt: signedAtMs, nonce } };
    },
  };
}

function privateKeyFrom(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([SEED_ENVELOPE, seed]), format: "der", type: "pkcs8" });
}
