import { createAuthenticator, type AuthPolicy } from "@openclaw/auth";
import {
  createMemoryDeviceStore,
  createTestDevice,
  TEST_TOKEN,
  TEST_TOKEN_KEY,
  testPolicy,
  type TestDevice,
} from "@openclaw/auth/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { startTestServer } from "./testing/test-server.ts";
import { connectParams, type WireClient } from "./testing/wire-client.ts";

// The socket server with the authenticator it is made for: what the two promise only together.

async function start(changes: Partial<AuthPolicy> = {}) {
  const policy = () => testPolicy(changes);
  const authenticator = createAuthenticator({
    policy,
    devices: createMemoryDeviceStore(),
    tokenKey: TEST_TOKEN_KEY,
  });
  const anything = () => ({}) as never;
  const server = await startTestServer({
    authenticator,
    policy,
    methods: { health: anything, status: anything },
  });
  onTestFinished(async () => {
    await server.close();
    authenticator.close();
  });
  return server;
}

const CLI = { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" } as const;
const TEST = { id: "test", version: "1.0.0", platform: "linux", mode: "test" } as const;
const token = { token: TEST_TOKEN };

/** A connect in which the device proves itself on this very socket. */
function proven(client: WireClient, device: TestDevice, params: Parameters<typeof connectParams>[0]) {
  const nonce = String(client.frames[0]?.payload?.["nonce"]);
  return device.sign(connectParams(params), { nonce, signedAtMs: Date.now() });
}

describe("admission", () => {
  it("T-AUTH-02 T-AUTH-22 a wrong token is refused with its code, and never echoed", async () => {
    const { open } = await start();
    const client = await open();
    const wrong = "wrong-token-5a1e";
    const { error } = await client.connect({ client: CLI, auth: { token: wrong } });
    expect(error?.["details"]).toMatchObject({ code: "AUTH_TOKEN_MISMATCH" });
    const { code, reason } = await client.closed;
    expect([code, error?.message.startsWith(reason)]).toEqual([1008, true]);
    expect(JSON.stringify([client.frames, reason])).not.toContain(wrong);
  });

  it("T-AUTH-03 a client without device that declares admin gets no scopes", async () => {
    const { open } = await start();
    const client = await open();
    const hello = await client.connect({ client: TEST, auth: token });
    expect(hello.payload?.["auth"]).toMatchObject({ scopes: [] });
    expect((await client.request("status")).error).toMatchObject({ code: "FORBIDDEN" });
    expect(await client.request("health")).toMatchObject({ ok: true });
  });

  it("T-AUTH-05 omitted scopes are no scopes", async () => {
    const { open } = await start();
    const client = await open();
    const { scopes: _, ...params } = connectParams({ client: CLI, auth: token });
    expect((await client.request("connect", params)).payload?.["auth"]).toMatchObject({ scopes: [] });
  });

  it("the local CLI of dialect 4 keeps what it asks for", async () => {
    const { open } = await start();
    const client = await open();
    await client.connect({ client: CLI, auth: token, scopes: ["operator.read"] });
    expect(await client.request("status")).toMatchObject({ ok: true });
  });

  it("T-AUTH-06 a captured connect is refused on another socket", async () => {
    const { open } = await start();
    const [first, second] = [await open(), await open()];
    const connect = proven(first, createTestDevice(), {
      client: CLI,
      auth: token,
      scopes: ["operator.read"],
    });
    expect(await first.request("connect", connect)).toMatchObject({ ok: true });
    expect((await second.request("connect", connect)).error).toMatchObject({
      message: "device nonce mismatch",
    });
    expect(await second.closed).toMatchObject({ code: 1008 });
  });

  it("T-AUTH-07 a node without device is refused", async () => {
    const { open } = await start();
    const client = await open();
    expect((await client.connect({ role: "node", scopes: [], auth: token })).error).toMatchObject({
      code: "NOT_PAIRED",
    });
  });

  it("T-AZ-12 a device that waits for approval is announced to pairing operators only", async () => {
    const { open } = await start({ trustedProxies: ["127.0.0.1"] });
    const openRemote = () => open({ headers: { "X-Forwarded-For": "203.0.113.9" } });
    const watch = async (scopes: string[]) => {
      const watcher = await openRemote();
      const params = { minProtocol: 3, maxProtocol: 3, client: CLI, auth: token, scopes };
      await watcher.request("connect", proven(watcher, createTestDevice(), params));
      return watcher;
    };
    const [approver, reader] = [await watch(["operator.pairing"]), await watch(["operator.read"])];
    const device = createTestDevice();
    const stranger = await openRemote();
    const params = proven(stranger, device, { client: TEST, auth: token, scopes: ["operator.read"] });
    const { error } = await stranger.request("connect", params);
    expect(error).toMatchObject({ code: "NOT_PAIRED", details: { code: "PAIRING_REQUIRED" } });
    const { requestId } = error?.["details"] as { requestId: string };
    expect((await stranger.closed).reason).toContain(`(requestId: ${requestId})`);
    expect(await approver.event("device.pair.requested")).toMatchObject({
      seq: 1,
      payload: { requestId, deviceId: device.deviceId },
    });
    await reader.request("health");
    expect(reader.frames.filter(({ seq }) => seq !== undefined)).toEqual([]);
  });
});
