import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { deviceIdentity } from "./device-identity.ts";
import { deviceTokens } from "./device-tokens.ts";

// PKCS#8 of the Ed25519 seed 00 01 02 … 1f, the key of the protocol's published test vectors.
const VECTOR_PEM = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
`;
const VECTOR_ID = "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c";

async function stateDir() {
  const path = await mkdtemp(join(tmpdir(), "openclaw-identity-"));
  const file = join(path, "identity", "device.json");
  const put = async (content: string) => {
    await mkdir(join(path, "identity"), { recursive: true });
    await writeFile(file, content);
  };
  const stored = async () => JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  return { path, file, put, stored, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

describe("deviceIdentity", () => {
  test("T-CFG-08: creates a key that only its owner can read", async () => {
    await using state = await stateDir();
    await deviceIdentity(state.path, () => 7);
    expect((await stat(state.file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(state.path, "identity"))).mode & 0o777).toBe(0o700);
    expect(await state.stored()).toMatchObject({ version: 1, createdAtMs: 7 });
  });

  test("is the same device at the next start", async () => {
    await using state = await stateDir();
    const first = await deviceIdentity(state.path);
    const second = await deviceIdentity(state.path);
    expect(second.deviceId).toBe(first.deviceId);
    expect(second.publicKey).toBe(first.publicKey);
  });

  test("several processes that start at once become one device", async () => {
    await using state = await stateDir();
    const identities = await Promise.all(Array.from({ length: 8 }, () => deviceIdentity(state.path)));
    expect(new Set(identities.map((identity) => identity.deviceId)).size).toBe(1);
  });

  test("its id is the hash of its public key and its signatures verify", async () => {
    await using state = await stateDir();
    const identity = await deviceIdentity(state.path);
    const raw = Buffer.from(identity.publicKey, "base64url");
    expect(raw).toHaveLength(32);
    expect(identity.deviceId).toBe(createHash("sha256").update(raw).digest("hex"));
    const key = createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: identity.publicKey },
      format: "jwk",
    });
    const signature = Buffer.from(await identity.sign("payload"), "base64url");
    expect(verify(null, Buffer.from("payload"), key, signature)).toBe(true);
  });

  test("agrees with the published vectors and corrects a wrong device id", async () => {
    await using state = await stateDir();
    await state.put(
      JSON.stringify({ version: 1, deviceId: "wrong", privateKeyPem: VECTOR_PEM, note: "kept" }),
    );
    const identity = await deviceIdentity(state.path);
    expect(identity.deviceId).toBe(VECTOR_ID);
    expect(identity.publicKey).toBe("A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg");
    const payload = `v2|${VECTOR_ID}|cli|cli|operator|operator.admin,operator.read|1737264000000|tok-1|11111111-2222-4333-8444-555555555555`;
    expect(await identity.sign(payload)).toBe(
      "sRj85K8hdgWiP7qhgxIqoRcnyHx0cKlU79TxZl_eHu7LeJMuPTKj2Mwe2-AZOdOdSpLkgbr9GVBa5SWFSN-5AA",
    );
    expect(await state.stored()).toMatchObject({ deviceId: VECTOR_ID, note: "kept" });
  });

  test.each(["not json", "{}", '{"privateKeyPem":"broken"}'])(
    "replaces a file without a usable key: %s",
    async (text) => {
      await using state = await stateDir();
      await state.put(text);
      const identity = await deviceIdentity(state.path);
      expect(await state.stored()).toMatchObject({ deviceId: identity.deviceId });
    },
  );
});

describe("deviceTokens", () => {
  const token = { token: "secret", role: "operator", scopes: ["operator.read"] };

  test("T-CFG-08: keeps one token per role, readable by its owner only", async () => {
    await using state = await stateDir();
    const tokens = deviceTokens(state.path, "device-1", () => 5);
    await tokens.save(token);
    await tokens.save({ ...token, role: "node" });
    expect(await tokens.load("operator")).toEqual(token);
    expect(await tokens.load("node")).toEqual({ ...token, role: "node" });
    expect((await stat(join(state.path, "identity", "device-auth.json"))).mode & 0o777).toBe(0o600);
  });

  test("does not write again what is already stored", async () => {
    await using state = await stateDir();
    let clock = 0;
    const tokens = deviceTokens(state.path, "device-1", () => (clock += 1));
    await tokens.save(token);
    await tokens.save(token);
    expect(clock).toBe(1);
  });

  test("forgets a role's token and leaves the others", async () => {
    await using state = await stateDir();
    const tokens = deviceTokens(state.path, "device-1");
    await tokens.save(token);
    await tokens.save({ ...token, role: "node" });
    await tokens.remove("operator");
    expect(await tokens.load("operator")).toBeUndefined();
    expect(await tokens.load("node")).toBeDefined();
  });

  test("never hands out another device's token", async () => {
    await using state = await stateDir();
    await deviceTokens(state.path, "device-1").save(token);
    expect(await deviceTokens(state.path, "device-2").load("operator")).toBeUndefined();
  });
});
