import { createPublicKey, verify, webcrypto } from "node:crypto";
import { describe, expect, test } from "vitest";

import { openBrowserDevice, type TextStorage } from "./browser-device.ts";

function memory(initial: Record<string, string> = {}) {
  const kept = new Map(Object.entries(initial));
  const storage: TextStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
  return { storage, kept };
}

// Three kinds of page: with everything, with an older browser's WebCrypto, without a secure context.
const getRandomValues = webcrypto.getRandomValues.bind(webcrypto);
const old = Object.create(webcrypto.subtle, {
  importKey: { value: () => Promise.reject(new Error("Algorithm: Unrecognized name")) },
}) as typeof webcrypto.subtle;
const PAGES = [
  ["a secure page", { getRandomValues, subtle: webcrypto.subtle }],
  ["an older browser", { getRandomValues, subtle: old }],
  ["a page without secure context", { getRandomValues }],
] as const;

describe.each(PAGES)("a device in %s", (_, crypto) => {
  test("signs what its public key verifies, and is named after that key", async () => {
    const { identity } = await openBrowserDevice({ ...memory(), crypto });
    const x = identity.publicKey;
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const signature = Buffer.from(await identity.sign("v2|täxt"), "base64url");
    expect(verify(null, Buffer.from("v2|täxt"), key, signature)).toBe(true);
    const raw = Buffer.from(x, "base64url");
    expect(raw).toHaveLength(32);
    const hash = Buffer.from(await webcrypto.subtle.digest("SHA-256", raw)).toString("hex");
    expect(identity.deviceId).toBe(hash);
  });

  test("is the same after a reload, whatever the browser has learnt meanwhile", async () => {
    const { storage } = memory();
    const first = await openBrowserDevice({ storage, crypto });
    for (const [, other] of PAGES) {
      const again = await openBrowserDevice({ storage, crypto: other });
      expect(again.identity.deviceId).toBe(first.identity.deviceId);
    }
  });
});

describe("openBrowserDevice", () => {
  const [, crypto] = PAGES[0];

  test("keeps the tokens of the device beside its key", async () => {
    const { storage } = memory();
    const { tokens } = await openBrowserDevice({ storage, crypto });
    const token = { token: "t", role: "operator", scopes: ["operator.read"] };
    await tokens?.save(token);
    const again = await openBrowserDevice({ storage, crypto });
    expect(await again.tokens?.load("operator")).toEqual(token);
    await again.tokens?.remove("operator");
    expect(await again.tokens?.load("operator")).toBeUndefined();
  });

  test.each(["", "no json", "{}", '{"privateKey":"short"}', '{"privateKey":"%%%"}'])(
    "makes a new device of an unusable entry %j",
    async (entry) => {
      const { storage, kept } = memory({ "openclaw.device.identity": entry });
      const { identity } = await openBrowserDevice({ storage, crypto });
      expect(JSON.parse(kept.get("openclaw.device.identity") ?? "")).toMatchObject({
        version: 1,
        deviceId: identity.deviceId,
      });
    },
  );

  test("two pages that open at once are one device", async () => {
    const { storage } = memory();
    const [one, other] = await Promise.all([
      openBrowserDevice({ storage, crypto }),
      openBrowserDevice({ storage, crypto }),
    ]);
    expect(one.identity.deviceId).toBe(other.identity.deviceId);
  });

  test("says what to give where there is no storage", async () => {
    await expect(openBrowserDevice({ crypto })).rejects.toThrow("give a storage");
  });
});
