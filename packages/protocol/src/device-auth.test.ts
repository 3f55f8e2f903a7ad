import { describe, expect, test } from "vitest";

import { deviceAuthPayload, signedToken, type DeviceAuthInput } from "./device-auth.ts";

const deviceId = "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c";
const nonce = "11111111-2222-4333-8444-555555555555";
const cli: DeviceAuthInput = {
  version: "v2",
  deviceId,
  clientId: "cli",
  clientMode: "cli",
  role: "operator",
  scopes: ["operator.admin", "operator.read"],
  signedAtMs: 1_737_264_000_000,
  token: "tok-1",
  nonce,
};

describe("deviceAuthPayload", () => {
  test.each<[string, Partial<DeviceAuthInput>, string]>([
    [
      "v2 with token and scopes",
      {},
      `v2|${deviceId}|cli|cli|operator|operator.admin,operator.read|1737264000000|tok-1|${nonce}`,
    ],
    [
      "v2 without token and scopes",
      { scopes: [], token: undefined },
      `v2|${deviceId}|cli|cli|operator||1737264000000||${nonce}`,
    ],
    [
      "v2 of a node",
      { clientId: "node-host", clientMode: "node", role: "node", scopes: [], token: "dev-tok" },
      `v2|${deviceId}|node-host|node|node||1737264000000|dev-tok|${nonce}`,
    ],
    [
      "v3 with platform and family trimmed and lowered",
      { version: "v3", platform: " MacOS ", deviceFamily: "Mac" },
      `v3|${deviceId}|cli|cli|operator|operator.admin,operator.read|1737264000000|tok-1|${nonce}|macos|mac`,
    ],
    [
      "v3 without platform, family and token",
      { version: "v3", token: undefined },
      `v3|${deviceId}|cli|cli|operator|operator.admin,operator.read|1737264000000||${nonce}||`,
    ],
  ])("builds %s", (_, change, payload) => {
    expect(deviceAuthPayload({ ...cli, ...change })).toBe(payload);
  });

  test("keeps the scopes in the order they were sent", () => {
    expect(deviceAuthPayload({ ...cli, scopes: ["b", "a"] })).toContain("|b,a|");
  });

  test("lowers ASCII letters only", () => {
    expect(deviceAuthPayload({ ...cli, version: "v3", platform: "ÄÖX" })).toMatch(/\|ÄÖx\|$/);
  });
});

describe("signedToken", () => {
  test("prefers token, then deviceToken, then bootstrapToken, else signs nothing", () => {
    expect(signedToken({ token: "t", deviceToken: "d", bootstrapToken: "b" })).toBe("t");
    expect(signedToken({ deviceToken: "d", bootstrapToken: "b" })).toBe("d");
    expect(signedToken({ bootstrapToken: "b" })).toBe("b");
    expect(signedToken({})).toBe("");
    expect(signedToken(undefined)).toBe("");
  });
});
