import { verify } from "node:crypto";
import {
  type ConnectParams,
  deviceAuthPayload,
  type DeviceAuthReason,
  LIMITS,
  type Role,
  signedToken,
} from "@openclaw/protocol";
import { importPublicKey, type PresentedKey, publicKeyText, readPublicKey } from "./public-key.ts";

/** A connect whose device block is to be checked. */
export interface ProofAttempt {
  readonly params: ConnectParams;
  readonly device: NonNullable<ConnectParams["device"]>;
  readonly role: Role;
  /** Nonce of this socket's challenge. One socket allows one try, so a signature cannot be used twice (T-AUTH-06). */
  readonly nonce: string;
  /** Epoch ms. */
  readonly now: number;
}

/** A device that proved to hold its key. */
export interface ProvenDevice {
  readonly deviceId: string;
  /** Normalised: base64url of the raw bytes. */
  readonly publicKey: string;
}

/** The device that proved itself, or the first check that failed. */
export type ProofVerdict =
  | { readonly ok: true; readonly device: ProvenDevice }
  | { readonly ok: false; readonly reason: DeviceAuthReason };

/**
 * Checks that the device holds the key its id is made of, now and for this socket. The first check that fails names
 * the reason; the order is part of the protocol.
 *
 * Docs: protocol.md#device-proof
 */
export function verifyDeviceProof(attempt: ProofAttempt): ProofVerdict {
  const { device, nonce, now } = attempt;
  const key = readPublicKey(device.publicKey);
  if (key?.deviceId !== device.id) return refuse("device-id-mismatch");
  if (Math.abs(now - device.signedAt) > LIMITS.deviceClockSkewMs) return refuse("device-signature-stale");
  const signedNonce = device.nonce.trim();
  if (signedNonce === "") return refuse("device-nonce-missing");
  if (signedNonce !== nonce) return refuse("device-nonce-mismatch");
  return verifySignature(key, attempt);
}

function verifySignature(key: PresentedKey, attempt: ProofAttempt): ProofVerdict {
  const publicKey = importPublicKey(key);
  if (publicKey === undefined) return refuse("device-public-key");
  const signature = Buffer.from(attempt.device.signature, "base64url");
  // v3 covers everything v2 covers, so trying both gives a forger nothing.
  const isSigned = (["v3", "v2"] as const).some((version) =>
    verify(null, Buffer.from(signedText(version, attempt), "utf8"), publicKey, signature),
  );
  if (!isSigned) return refuse("device-signature");
  return { ok: true, device: { deviceId: key.deviceId, publicKey: publicKeyText(key) } };
}

function signedText(version: "v2" | "v3", { params, device, role, nonce }: ProofAttempt): string {
  return deviceAuthPayload({
    version,
    deviceId: device.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role,
    scopes: params.scopes ?? [],
    signedAtMs: device.signedAt,
    token: signedToken(params.auth),
    nonce,
    platform: params.client.platform,
    deviceFamily: params.client.deviceFamily,
  });
}

function refuse(reason: DeviceAuthReason): ProofVerdict {
  return { ok: false, reason };
}
