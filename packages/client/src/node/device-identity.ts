import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { join } from "node:path";

import type { DeviceIdentity } from "../identity.ts";
import { createJson, readJson, replaceJson } from "./private-file.ts";

interface StoredIdentity {
  readonly version: 1;
  readonly deviceId: string;
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
  readonly createdAtMs: number;
}

/**
 * This device's identity from `<stateDir>/identity/device.json` (0600), created on first use:
 * `{"version":1,"deviceId":"5647…","publicKeyPem":"…","privateKeyPem":"…","createdAtMs":1795347971742}`.
 * A file without a usable key is replaced, which makes this a new device; a wrong `deviceId` is corrected.
 *
 * Docs: protocol.md#device-identity
 * @throws the file system's error when the file can be neither read nor written
 */
export async function deviceIdentity(
  stateDir: string,
  now: () => number = Date.now,
): Promise<DeviceIdentity> {
  const path = pathIn(stateDir);
  const stored = parseIdentity(await readJson(path));
  if (stored) {
    const identity = identityOf(stored.privateKey);
    const { deviceId } = identity;
    if (stored.deviceId !== deviceId) await replaceJson(path, { ...stored.file, deviceId });
    return identity;
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  const file = toFile(privateKey, now());
  if (await createJson(path, file)) return identityOf(privateKey);
  // Another process was faster, or what stands there is unusable.
  const other = parseIdentity(await readJson(path));
  if (other) return identityOf(other.privateKey);
  await replaceJson(path, file);
  return identityOf(privateKey);
}

/** The identity that is there already and needs no correction. @throws the file system's error when it cannot be read */
export async function storedIdentity(stateDir: string): Promise<DeviceIdentity | undefined> {
  const stored = parseIdentity(await readJson(pathIn(stateDir)));
  const identity = stored && identityOf(stored.privateKey);
  return identity?.deviceId === stored?.deviceId ? identity : undefined;
}

function pathIn(stateDir: string): string {
  return join(stateDir, "identity", "device.json");
}

function identityOf(privateKey: KeyObject): DeviceIdentity {
  // As a JSON Web Key, because OpenSSL takes several times as long to write the other forms.
  const { x: publicKey = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  return {
    deviceId: createHash("sha256").update(publicKey, "base64url").digest("hex"),
    publicKey,
    sign: (payload) => sign(null, Buffer.from(payload, "utf8"), privateKey).toString("base64url"),
  };
}

function parseIdentity(
  content: unknown,
): { file: object; deviceId: unknown; privateKey: KeyObject } | undefined {
  if (typeof content !== "object" || content === null) return undefined;
  const { deviceId, privateKeyPem }: Partial<Record<keyof StoredIdentity, unknown>> = content;
  if (typeof privateKeyPem !== "string") return undefined;
  try {
    const privateKey = createPrivateKey(privateKeyPem);
    return privateKey.asymmetricKeyType === "ed25519" ? { file: content, deviceId, privateKey } : undefined;
  } catch {
    return undefined;
  }
}

function toFile(privateKey: KeyObject, createdAtMs: number): StoredIdentity {
  return {
    version: 1,
    deviceId: identityOf(privateKey).deviceId,
    publicKeyPem: createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString(),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    createdAtMs,
  };
}
