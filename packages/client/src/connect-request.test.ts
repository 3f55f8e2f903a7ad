import { parseConnectParams } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";

import { buildConnect, type ConnectIntent } from "./connect-request.ts";

const NOW = 1_737_264_000_000;
const CHALLENGE = { nonce: "11111111-2222-4333-8444-555555555555", ts: NOW + 500 };
const IDENTITY = { deviceId: "5647", publicKey: "A6EH", sign: (payload: string) => `signed(${payload})` };
const INTENT: ConnectIntent = {
  client: { id: "cli", mode: "cli", version: "2026.11.0", platform: "Linux", deviceFamily: "Linux" },
  role: "operator",
  scopes: ["operator.read", "operator.admin"],
  caps: [],
  minProtocol: 3,
  maxProtocol: 4,
  auth: { token: "tok-1" },
  identity: IDENTITY,
};

describe("buildConnect", () => {
  test("offers 3 to 4 with the v2 payload over the sent scopes, token and the challenge's time", async () => {
    const params = await buildConnect(INTENT, CHALLENGE, NOW);
    expect(params).toMatchObject({ minProtocol: 3, maxProtocol: 4, auth: { token: "tok-1" } });
    expect(params.device).toEqual({
      id: "5647",
      publicKey: "A6EH",
      signedAt: CHALLENGE.ts,
      nonce: CHALLENGE.nonce,
      signature: `signed(v2|5647|cli|cli|operator|operator.read,operator.admin|${CHALLENGE.ts}|tok-1|${CHALLENGE.nonce})`,
    });
    expect(parseConnectParams(params).ok).toBe(true);
  });

  test("signs v3 when it accepts protocol 4 only", async () => {
    const params = await buildConnect({ ...INTENT, minProtocol: 4 }, CHALLENGE, NOW);
    expect(params.device?.signature).toContain("signed(v3|");
    expect(params.device?.signature).toMatch(/\|linux\|linux\)$/);
  });

  test("signs its own time when the gateway's clock is more than two minutes away", async () => {
    const far = { ...CHALLENGE, ts: NOW - 120_001 };
    expect((await buildConnect(INTENT, far, NOW)).device?.signedAt).toBe(NOW);
    const near = { ...CHALLENGE, ts: NOW - 120_000 };
    expect((await buildConnect(INTENT, near, NOW)).device?.signedAt).toBe(NOW - 120_000);
  });

  test("signs the device token when there is no other, and never the password", async () => {
    const params = await buildConnect(
      { ...INTENT, auth: { password: "pw", deviceToken: "dt" } },
      CHALLENGE,
      NOW,
    );
    expect(params.device?.signature).toContain("|dt|");
    expect(params.device?.signature).not.toContain("pw");
  });

  test("sends neither auth nor device when there is none", async () => {
    const params = await buildConnect({ ...INTENT, auth: {}, identity: undefined }, CHALLENGE, NOW);
    expect(params).not.toHaveProperty("auth");
    expect(params).not.toHaveProperty("device");
  });

  test("says what a node can be asked for, and nothing of the kind for who offers nothing", async () => {
    const claims = { commands: ["system.which"], permissions: { camera: false }, pathEnv: "/bin" };
    const params = await buildConnect({ ...INTENT, role: "node", ...claims }, CHALLENGE, NOW);
    expect(params).toMatchObject(claims);
    expect(parseConnectParams(params).ok).toBe(true);
    const plain = await buildConnect(INTENT, CHALLENGE, NOW);
    for (const claim of Object.keys(claims)) expect(plain).not.toHaveProperty(claim);
  });
});
