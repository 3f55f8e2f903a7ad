import { describe, expect, test, vi } from "vitest";

import { connectNode } from "../node.ts";
import { startScriptedGateway } from "./index.ts";

const HEALTH = { ok: true, ts: 1, plugins: { loaded: [] } };

describe("startScriptedGateway", () => {
  test("settles on the newest dialect both know, and refuses the rest with 1002", async () => {
    await using gateway = await startScriptedGateway();
    const four = await connectNode({ url: gateway.url });
    const three = await connectNode({ url: gateway.url, maxProtocol: 3 });
    expect([four.hello?.protocol, three.hello?.protocol]).toEqual([4, 3]);
    await Promise.all([four.close(), three.close()]);
    await using old = await startScriptedGateway({ dialects: [3] });
    await expect(connectNode({ url: old.url, minProtocol: 4 })).rejects.toMatchObject({
      code: "incompatible",
      closeCode: 1002,
    });
  });

  test.each([3, 4] as const)("speaks dialect %i in hello, answers and events", async (dialect) => {
    await using gateway = await startScriptedGateway({
      dialects: [dialect],
      methods: { health: () => HEALTH },
    });
    const client = await connectNode({ url: gateway.url });
    const seen: unknown[] = [];
    client.on("chat", (payload, { seq }) => seen.push([payload.state, "deltaText" in payload, seq]));
    client.on("shutdown", (payload) => seen.push(payload));
    const chat = { runId: "r", sessionKey: "s", seq: 1 };
    gateway.broadcast("chat", { ...chat, state: "status", phase: "starting_model" });
    gateway.broadcast("chat", { ...chat, state: "delta", deltaText: "hi" });
    gateway.broadcast("shutdown", { reason: "gateway stopping" });
    await vi.waitFor(() => expect(seen.at(-1)).toHaveProperty("reason"));
    expect(seen).toEqual(
      dialect === 3
        ? [["delta", false, 1], { reason: "gateway stopping", restartExpectedMs: null }]
        : [["status", false, 1], ["delta", true, 2], { reason: "gateway stopping" }],
    );
    expect("bootId" in (client.hello?.server ?? {})).toBe(dialect === 4);
    expect("plugins" in (await client.request("health"))).toBe(dialect === 4);
    await client.close();
  });

  test.each([
    [3, { code: "INVALID_REQUEST", message: "missing scope: operator.read" }],
    [4, { code: "FORBIDDEN", message: "missing scope: operator.read" }],
  ] as const)(
    "checks scopes and params by the contracts, in the words of dialect %i",
    async (dialect, error) => {
      const methods = { "logs.tail": () => ({}) };
      await using gateway = await startScriptedGateway({ dialects: [dialect], methods });
      const client = await connectNode({ url: gateway.url });
      await expect(client.request("logs.tail")).rejects.toMatchObject(error);
      const reader = await connectNode({ url: gateway.url, scopes: ["operator.admin"] });
      await expect(reader.request("logs.tail", { limit: "5" } as never)).rejects.toMatchObject({
        code: "INVALID_REQUEST",
        message: expect.stringMatching(/^invalid logs.tail params: /),
      });
      await expect(reader.request("acme.ping")).rejects.toThrow("unknown method: acme.ping");
      await Promise.all([client.close(), reader.close()]);
    },
  );

  test.each([
    [3, {}],
    [4, { canRetryWithDeviceToken: false, recommendedNextStep: "update_auth_credentials" }],
  ] as const)("refuses a wrong token as a gateway of dialect %i does", async (dialect, hints) => {
    await using gateway = await startScriptedGateway({ dialects: [dialect], token: "right" });
    const failure = connectNode({ url: gateway.url, auth: { token: "wrong" } });
    const error = await failure.catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: "unauthorized",
      closeCode: 1008,
      cause: { details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch", ...hints } },
    });
  });
});
