import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { deviceAuthPayload, signedToken } from "@openclaw/protocol";
import { type Attacker, connectParams, type Frame } from "./attacker.ts";

/** What a signature is made with instead of the truth. */
export interface Forgery {
  readonly nonce?: string;
  readonly signedAt?: number;
  readonly version?: "v2" | "v3";
}

/** A device with a key of its own. */
export interface Device {
  readonly id: string;
  readonly publicKey: string;
  /** The connect with a device block that proves this device on this socket. */
  sign(socket: Attacker, params?: Readonly<Record<string, unknown>>, forgery?: Forgery): Frame;
}

export function createDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  // The raw key is the last 32 bytes of its SPKI form.
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const identity = {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
  };
  return {
    ...identity,
    sign(socket, given = {}, forgery = {}) {
      const params = connectParams(given) as SignedParams;
      const { nonce = socket.challenge.nonce, signedAt = socket.challenge.ts, version = "v2" } = forgery;
      const text = deviceAuthPayload({
        version,
        deviceId: identity.id,
        clientId: params.client.id,
        clientMode: params.client.mode,
        role: params.role ?? "operator",
        scopes: params.scopes ?? [],
        signedAtMs: signedAt,
        token: signedToken(params.auth),
        nonce,
        platform: params.client.platform,
        deviceFamily: params.client.deviceFamily,
      });
      const signature = sign(null, Buffer.from(text), privateKey).toString("base64url");
      return { ...params, device: { ...identity, signature, signedAt, nonce } };
    },
  };
}

interface SignedParams extends Frame {
  readonly client: { id: string; mode: string; platform: string; deviceFamily?: string };
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly auth?: { token?: string; deviceToken?: string; bootstrapToken?: string };
}
