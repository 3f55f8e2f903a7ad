import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";

import { RpcError } from "@openclaw/protocol";
import { describe, expect, test, vi } from "vitest";

import type { Device, DeviceToken, DeviceTokenStore } from "./identity.ts";
import { connectNode } from "./node.ts";
import { helloOk, startScriptedGateway } from "./testing/index.ts";

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => "connected",
    (error: unknown) => error,
  );

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const IDENTITY = { deviceId: "device-1", publicKey: "key", sign: () => "signature" };

function deviceWith(initial?: DeviceToken, overrides: Partial<DeviceTokenStore> = {}) {
  const kept = { token: initial };
  const tokens: DeviceTokenStore = {
    load: async () => kept.token,
    save: async (token) => void (kept.token = token),
    remove: async () => void (kept.token = undefined),
    ...overrides,
  };
  const device: Device = { identity: IDENTITY, tokens };
  return { device, kept };
}

describe("connecting", () => {
  test("answers the challenge with connect and resolves with the gateway's hello", async () => {
    await using gateway = await startScriptedGateway();
    const client = await connectNode({ url: gateway.url, auth: { token: "t" }, scopes: ["operator.read"] });
    expect(client.hello?.server.version).toBe("2026.11.0");
    expect(gateway.connects[0]).toMatchObject({
      minProtocol: 3,
      maxProtocol: 4,
      client: { id: "gateway-client", mode: "backend" },
      role: "operator",
      scopes: ["operator.read"],
      auth: { token: "t" },
    });
    await client.close();
  });

  test("takes nothing for a hello that lacks what it needs of one", async () => {
    const { snapshot: _, ...blind } = helloOk({ role: "operator" });
    const timeless = { ...helloOk({ role: "operator" }), policy: { tickIntervalMs: "often" } };
    for (const hello of [blind, timeless, { type: "hello-ok" }]) {
      await using gateway = await startScriptedGateway({ methods: {}, connect: () => hello as never });
      await expect(connectNode({ url: gateway.url })).rejects.toMatchObject({ code: "foreign_service" });
    }
  });

  test.each(["not an address", "ws://a b", "ftp://127.0.0.1/"])(
    "an address that is none fails at once and leaves nothing behind: %s",
    async (url) => {
      vi.useFakeTimers();
      try {
        await expect(connectNode({ url })).rejects.toThrow(SyntaxError);
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  test("works with a gateway that chose protocol 3", async () => {
    await using gateway = await startScriptedGateway({ dialects: [3] });
    const client = await connectNode({ url: gateway.url });
    expect(client.hello?.protocol).toBe(3);
    await client.close();
  });

  test("fails at once with unreachable and the network's error when nothing listens", async () => {
    const port = await freePort();
    expect(await rejection(connectNode({ url: `ws://127.0.0.1:${port}` }))).toMatchObject({
      code: "unreachable",
      closeCode: 1006,
      message: "gateway closed (1006 abnormal closure (no close frame)): no close reason",
      cause: { message: `connect ECONNREFUSED 127.0.0.1:${port}` },
    });
  });

  test("calls a web server at the port a foreign service", async () => {
    const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const error = await rejection(connectNode({ url: `ws://127.0.0.1:${port}` }));
    expect(error).toMatchObject({ code: "foreign_service" });
    server.close();
  });

  test("calls a WebSocket server that speaks something else a foreign service", async () => {
    await using gateway = await startScriptedGateway({ challenge: "none" });
    const connecting = rejection(connectNode({ url: gateway.url }));
    await expect.poll(() => gateway.peers.length).toBe(1);
    gateway.peers[0]?.send("welcome to the chat");
    expect(await connecting).toMatchObject({ code: "foreign_service" });
  });

  test("gives up when no challenge comes in time", async () => {
    await using gateway = await startScriptedGateway({ challenge: "none" });
    expect(await rejection(connectNode({ url: gateway.url, connectTimeoutMs: 50 }))).toMatchObject({
      code: "timeout",
      message: "gateway timeout after 50ms",
      closeReason: "connect challenge timeout",
    });
  });

  test("gives up when connect is never answered", async () => {
    await using gateway = await startScriptedGateway({ connect: () => new Promise(() => undefined) });
    expect(await rejection(connectNode({ url: gateway.url, connectTimeoutMs: 50 }))).toMatchObject({
      code: "timeout",
      closeReason: "connect timeout",
    });
  });

  test("refuses a challenge without a nonce", async () => {
    await using gateway = await startScriptedGateway({ challenge: { nonce: " " } });
    expect(await rejection(connectNode({ url: gateway.url }))).toMatchObject({ code: "foreign_service" });
    expect(gateway.connects).toEqual([]);
  });

  test("reports a refusal in the gateway's words, not in the cut close reason", async () => {
    const message = `unauthorized: gateway token mismatch (${"long hint ".repeat(20)})`;
    const refusal = new RpcError("INVALID_REQUEST", message, { details: { code: "AUTH_TOKEN_MISMATCH" } });
    await using gateway = await startScriptedGateway({
      connect: () => {
        throw refusal;
      },
    });
    const error = await rejection(connectNode({ url: gateway.url, auth: { token: "wrong" } }));
    expect(error).toMatchObject({
      code: "unauthorized",
      closeCode: 1008,
      message: `gateway closed (1008): ${message}`,
      cause: { code: "INVALID_REQUEST", message, details: { code: "AUTH_TOKEN_MISMATCH" } },
    });
  });

  test("waits for a gateway that is still starting instead of reporting it", async () => {
    let tries = 0;
    await using gateway = await startScriptedGateway({
      refusalCode: 1013,
      connect: (params) => {
        tries += 1;
        if (tries > 1) return helloOk(params);
        throw new RpcError("UNAVAILABLE", "gateway starting; retry shortly", {
          retryable: true,
          retryAfterMs: 100,
        });
      },
    });
    const client = await connectNode({ url: gateway.url });
    expect(tries).toBe(2);
    await client.close();
  });

  test("reports a gateway that does not finish starting within the connect deadline", async () => {
    await using gateway = await startScriptedGateway({
      connect: () => {
        throw new RpcError("UNAVAILABLE", "gateway starting; retry shortly", {
          retryable: true,
          retryAfterMs: 100,
        });
      },
    });
    expect(await rejection(connectNode({ url: gateway.url, connectTimeoutMs: 80 }))).toMatchObject({
      code: "busy",
    });
  });
});

describe("a device", () => {
  test("is looked up only when the gateway has answered", async () => {
    const lookUps: string[] = [];
    const device = async () => {
      lookUps.push("asked");
      return { identity: IDENTITY };
    };
    const port = await freePort();
    expect(await rejection(connectNode({ url: `ws://127.0.0.1:${port}`, device }))).toMatchObject({
      code: "unreachable",
    });
    expect(lookUps).toEqual([]);
    await using gateway = await startScriptedGateway();
    await (await connectNode({ url: gateway.url, device })).close();
    expect(gateway.connects[0]?.device).toMatchObject({
      id: "device-1",
      nonce: "nonce-1",
      signature: "signature",
    });
  });

  test("that cannot be read is a reason not to connect, and is named as the cause", async () => {
    await using gateway = await startScriptedGateway();
    const cause = new Error("EACCES: permission denied");
    const device = () => Promise.reject(cause);
    expect(await rejection(connectNode({ url: gateway.url, device }))).toMatchObject({
      code: "refused",
      cause,
    });
  });
});

describe("device tokens", () => {
  const stored = { token: "stored", role: "operator", scopes: ["operator.read"] };
  const mismatch = (canRetryWithDeviceToken: boolean) =>
    new RpcError("INVALID_REQUEST", "unauthorized: gateway token mismatch (…)", {
      details: { code: "AUTH_TOKEN_MISMATCH", canRetryWithDeviceToken },
    });

  test("keeps the token a hello brings", async () => {
    const { device, kept } = deviceWith();
    await using gateway = await startScriptedGateway({
      connect: (params) =>
        helloOk(params, { auth: { role: "operator", scopes: ["operator.read"], deviceToken: "issued" } }),
    });
    await (await connectNode({ url: gateway.url, device })).close();
    expect(kept.token).toEqual({ token: "issued", role: "operator", scopes: ["operator.read"] });
  });

  test("connects even when the token cannot be kept", async () => {
    const { device } = deviceWith(undefined, { save: () => Promise.reject(new Error("disk full")) });
    await using gateway = await startScriptedGateway({
      connect: (params) => helloOk(params, { auth: { role: "operator", scopes: [], deviceToken: "issued" } }),
    });
    await (await connectNode({ url: gateway.url, device })).close();
  });

  test("are sent when no secret is configured, and only then", async () => {
    await using gateway = await startScriptedGateway();
    const { device } = deviceWith(stored);
    await (await connectNode({ url: gateway.url, device })).close();
    await (await connectNode({ url: gateway.url, device, auth: { token: "t" } })).close();
    expect(gateway.connects.map((params) => params.auth)).toEqual([
      { deviceToken: "stored" },
      { token: "t" },
    ]);
  });

  test("help out once when the shared token is stale and the gateway offers it", async () => {
    const { device } = deviceWith(stored);
    await using gateway = await startScriptedGateway({
      connect: (params) => {
        if (params.auth?.deviceToken === "stored") return helloOk(params);
        throw mismatch(true);
      },
    });
    await (await connectNode({ url: gateway.url, device, auth: { token: "old" } })).close();
    expect(gateway.connects.map((params) => params.auth)).toEqual([
      { token: "old" },
      { token: "old", deviceToken: "stored" },
    ]);
  });

  test("are tried only once beside a stale shared token", async () => {
    await using gateway = await startScriptedGateway({
      connect: () => {
        throw mismatch(true);
      },
    });
    const options = { url: gateway.url, device: deviceWith(stored).device, auth: { token: "old" } };
    expect(await rejection(connectNode(options))).toMatchObject({ code: "unauthorized" });
    expect(gateway.connects).toHaveLength(2);
  });

  test("are not tried when the gateway does not offer it", async () => {
    await using gateway = await startScriptedGateway({
      connect: () => {
        throw mismatch(false);
      },
    });
    const options = { url: gateway.url, device: deviceWith(stored).device, auth: { token: "old" } };
    expect(await rejection(connectNode(options))).toMatchObject({ code: "unauthorized" });
    expect(gateway.connects).toHaveLength(1);
  });

  test("are deleted when the gateway does not know them any more", async () => {
    const { device, kept } = deviceWith(stored);
    await using gateway = await startScriptedGateway({
      connect: () => {
        throw new RpcError(
          "INVALID_REQUEST",
          "unauthorized: device token mismatch (rotate/reissue device token)",
          {
            details: { code: "AUTH_DEVICE_TOKEN_MISMATCH" },
          },
        );
      },
    });
    expect(await rejection(connectNode({ url: gateway.url, device }))).toMatchObject({
      code: "unauthorized",
    });
    expect(kept.token).toBeUndefined();
  });
});
