import { setTimeout as sleep } from "node:timers/promises";

import { RpcError } from "@openclaw/client";
import { helloOk, startScriptedGateway } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { configFor, createTestSite } from "../testing/gateway.ts";

// Pairs whoever brings the right token, and lets paired devices in with a stale one.
async function pairingGateway() {
  return startScriptedGateway({
    connect: (params) => {
      const auth = { role: "operator", scopes: params.scopes ?? [], deviceToken: "issued" };
      if (params.auth?.token === "right" || params.auth?.deviceToken === "issued")
        return helloOk(params, { auth });
      throw new RpcError("INVALID_REQUEST", "unauthorized: gateway token mismatch (…)", {
        details: { code: "AUTH_TOKEN_MISMATCH", canRetryWithDeviceToken: true },
      });
    },
    methods: { health: () => ({}) },
  });
}

describe("credentials of a command", () => {
  test("a paired device gets in when the configured token is stale", async () => {
    await using gateway = await pairingGateway();
    await using home = await createTestHome();
    await home.configure(configFor(gateway.port));
    const call = ["gateway", "call", "health", "--json"];
    const paired = await home.openclaw(call, { env: { OPENCLAW_GATEWAY_TOKEN: "right" } });
    const stale = await home.openclaw(call, { env: { OPENCLAW_GATEWAY_TOKEN: "old" } });
    expect([paired.code, stale.code]).toEqual([0, 0]);
    expect(gateway.connects.map(({ auth }) => auth)).toEqual([
      { token: "right" },
      { token: "old" },
      { token: "old", deviceToken: "issued" },
    ]);
  });

  test("a token on the command line is the only one used", async () => {
    await using gateway = await pairingGateway();
    await using home = await createTestHome();
    await home.configure(configFor(gateway.port));
    const call = ["gateway", "call", "health", "--json"];
    await home.openclaw(call, { env: { OPENCLAW_GATEWAY_TOKEN: "right" } });
    const { code, stdout } = await home.openclaw([...call, "--token", "wrong"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "unauthorized" } });
    expect(gateway.connects.at(-1)?.auth).toEqual({ token: "wrong" });
  });

  test("is always the same device", async () => {
    await using gateway = await pairingGateway();
    await using home = await createTestHome();
    await home.configure(configFor(gateway.port));
    for (const words of [["health"], ["logs"], ["gateway", "call", "health"]]) {
      await home.openclaw(words, { env: { OPENCLAW_GATEWAY_TOKEN: "right" } });
    }
    expect(new Set(gateway.connects.map(({ device }) => device?.id)).size).toBe(1);
  });
});

describe("--timeout", () => {
  test("is that of the whole command, not of each of its steps", async () => {
    const slowly =
      <T>(answer: T) =>
      async () => {
        await sleep(300);
        return answer;
      };
    await using site = await createTestSite({
      "device.pair.list": slowly({ pending: [{ requestId: "r-1" }], paired: [] }),
      "device.pair.approve": slowly({ requestId: "r-1", device: { deviceId: "d-1" } }),
    });
    const { code, stderr } = await site.openclaw(["devices", "approve", "--timeout", "400"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: gateway timeout after 400ms\n/);
  });
});
