import type { ConnectParams } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import { connectParams, createTestDevice } from "../testing/index.ts";
import { verifyDeviceProof } from "./device-proof.ts";

const NOW = 1_737_264_000_000;
const NONCE = "11111111-2222-4333-8444-555555555555";
// The device whose Ed25519 seed is 00 01 02 … 1f.
const device = createTestDevice(Uint8Array.from({ length: 32 }, (_, index) => index));

function verify(
  params: ConnectParams,
  changes: Partial<NonNullable<ConnectParams["device"]>> = {},
  now = NOW,
) {
  if (params.device === undefined) throw new Error("the connect carries no device");
  const changed = { ...params.device, ...changes };
  return verifyDeviceProof({ params, device: changed, role: "operator", nonce: NONCE, now });
}

const params = connectParams({ scopes: ["operator.admin", "operator.read"], auth: { token: "tok-1" } });
const signed = device.sign(params, { nonce: NONCE, signedAtMs: NOW });
const proven = {
  ok: true,
  device: {
    deviceId: "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c",
    publicKey: "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
  },
};
const refused = (reason: string) => ({ ok: false, reason });

describe("verifyDeviceProof", () => {
  test("accepts the signatures other clients make, of both payload versions", () => {
    const v2 = "sRj85K8hdgWiP7qhgxIqoRcnyHx0cKlU79TxZl_eHu7LeJMuPTKj2Mwe2-AZOdOdSpLkgbr9GVBa5SWFSN-5AA";
    const v3 = "gMZaNlsuwfeT-lVpq8-HlX2Ya-7kgHpesKTnMv9tVD7m_9TOB3jvD2V79PYYcZydlXaXcaNYqfdG7XqI1YN1Dg";
    const client = { ...params.client, platform: " MacOS ", deviceFamily: "Mac" };
    expect(verify(signed, { signature: v2 })).toEqual(proven);
    expect(verify({ ...signed, client }, { signature: v3 })).toEqual(proven);
    expect(verify(signed, { signature: v3 })).toEqual(refused("device-signature"));
  });

  test("accepts the key as PEM and as standard base64, and keeps it in one form", () => {
    expect(verify(signed, { publicKey: device.publicKeyPem })).toEqual(proven);
    const base64 = Buffer.from(device.publicKey, "base64url").toString("base64");
    expect(verify(signed, { publicKey: base64 })).toEqual(proven);
  });

  test("trims the nonce before it is compared and verified", () => {
    expect(verify(signed, { nonce: ` ${NONCE}\n` })).toEqual(proven);
  });

  test.each<[string, Partial<NonNullable<ConnectParams["device"]>>, string]>([
    ["the id of another device", { id: "0".repeat(64) }, "device-id-mismatch"],
    ["a key nobody can read", { publicKey: "%%%" }, "device-id-mismatch"],
    ["a broken PEM key", { publicKey: "-----BEGIN PUBLIC KEY-----" }, "device-id-mismatch"],
    ["the key of another device", { publicKey: createTestDevice().publicKey }, "device-id-mismatch"],
    ["a blank nonce", { nonce: "  " }, "device-nonce-missing"],
    ["the nonce of another socket", { nonce: "other" }, "device-nonce-mismatch"],
    ["a signature of nothing", { signature: "c2ln" }, "device-signature"],
  ])("T-AUTH-06 refuses %s", (_, changes, reason) => {
    expect(verify(signed, changes)).toEqual(refused(reason));
  });

  test("T-AUTH-06 refuses an id that is the hash of something that is no key", () => {
    const id = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"; // SHA-256 of "foo"
    expect(verify(signed, { id, publicKey: "Zm9v" })).toEqual(refused("device-public-key"));
  });

  test("T-AUTH-06 allows two minutes of clock difference either way and not a millisecond more", () => {
    for (const distance of [-120_000, 120_000]) expect(verify(signed, {}, NOW + distance)).toEqual(proven);
    for (const distance of [-120_001, 120_001, 660_000, -660_000]) {
      expect(verify(signed, {}, NOW + distance)).toEqual(refused("device-signature-stale"));
    }
  });

  test.each<[string, Partial<ConnectParams>]>([
    ["client id", { client: { ...params.client, id: "gateway-client" } }],
    ["client mode", { client: { ...params.client, mode: "backend" } }],
    ["scopes", { scopes: ["operator.admin"] }],
    ["order of the scopes", { scopes: ["operator.read", "operator.admin"] }],
    ["token", { auth: { token: "tok-2" } }],
  ])("T-AUTH-06 the signature covers the %s", (_, changes) => {
    expect(verify({ ...signed, ...changes })).toEqual(refused("device-signature"));
  });

  test("T-AUTH-06 the signature covers the role and the time", () => {
    const attempt = { params: signed, nonce: NONCE, now: NOW };
    const block = signed.device!;
    expect(verifyDeviceProof({ ...attempt, device: block, role: "node" })).toEqual(
      refused("device-signature"),
    );
    const later = { ...block, signedAt: NOW + 1 };
    expect(verifyDeviceProof({ ...attempt, device: later, role: "operator" })).toEqual(
      refused("device-signature"),
    );
  });

  test("checks in the order of the protocol when several things are wrong", () => {
    const wrong = { id: "0".repeat(64), nonce: " ", signature: "c2ln", signedAt: 0 };
    const reasons = [];
    for (const fix of [
      {},
      { id: signed.device!.id },
      { signedAt: NOW },
      { nonce: "other" },
      { nonce: NONCE },
    ]) {
      Object.assign(wrong, fix);
      reasons.push(verify(signed, { ...wrong }));
    }
    expect(reasons).toEqual(
      [
        "device-id-mismatch",
        "device-signature-stale",
        "device-nonce-missing",
        "device-nonce-mismatch",
        "device-signature",
      ].map(refused),
    );
  });
});
