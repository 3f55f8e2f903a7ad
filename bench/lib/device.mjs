import { createHash, generateKeyPairSync, sign } from "node:crypto";

/**
 * What a device signs in a connect (docs/protocol.md#signed-payload).
 *
 * @param {any} params of the connect, with its device block
 */
export function signedText({ client, role, scopes, auth, device }) {
  const { id, signedAt, nonce } = device;
  return ["v2", id, client.id, client.mode, role, scopes.join(","), signedAt, auth.token, nonce].join("|");
}

/** A device with a key of its own, which can sign connects. */
export function createDevice() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const identity = {
    id: createHash("sha256").update(raw).digest("hex"),
    publicKey: raw.toString("base64url"),
  };
  return (/** @type {object} */ params, /** @type {{ nonce: string; ts: number }} */ { nonce, ts }) => {
    const device = { ...identity, signedAt: ts, nonce };
    const signature = sign(null, Buffer.from(signedText({ ...params, device })), privateKey);
    return { ...params, device: { ...device, signature: signature.toString("base64url") } };
  };
}
