import { expect, test } from "vitest";
import { gatewayIdentity } from "./gateway-identity.ts";

test("a gateway's identity lasts as long as its key", () => {
  const key = new Uint8Array(32).fill(7);
  const identity = gatewayIdentity(key);
  expect(gatewayIdentity(new Uint8Array(key))).toEqual(identity);
  expect(identity.deviceId).toMatch(/^[0-9a-f]{64}$/);
  expect(identity.publicKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(gatewayIdentity(new Uint8Array(32))).not.toEqual(identity);
});
