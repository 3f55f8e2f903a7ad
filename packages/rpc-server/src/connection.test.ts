import { describe, expect, it, onTestFinished } from "vitest";
import type { RpcServerOptions } from "./options.ts";
import { startTestServer } from "./testing/test-server.ts";
import { connectParams, type WireClient } from "./testing/wire-client.ts";

async function start(options?: Partial<RpcServerOptions>) {
  const server = await startTestServer({ methods: { health: () => ({}) as never }, ...options });
  onTestFinished(server.close);
  return server;
}

describe("a flooding client", () => {
  // At one message in a second the pause is far longer than the test; nobody here waits for its end.
  const limits = { messagesPerSecond: 1, preAuthMessagesPerSecond: 1, closeGraceMs: 50 };

  it.each([
    ["frames", (client: WireClient) => client.send("not json")],
    ["pings", (client: WireClient) => client.socket.ping()],
  ])("T-DOS-10 is not read on after too many %s, while others are served", async (_name, send) => {
    const { rpc, client } = await start({ limits: { ...limits, messagesPerSecond: 20 } });
    const [flooding, polite] = [await client(), await client()];
    for (let sent = 0; sent < 500; sent += 1) send(flooding);
    await polite.request("health");
    flooding.send({ type: "req", id: "late", method: "health" });
    for (let trip = 0; trip < 5; trip += 1) await polite.request("health");
    await rpc.close({ reason: "gateway stopping" });
    expect(flooding.frames.map(({ id }) => id)).not.toContain("late");
  });

  it("T-DOS-10 is not read on much earlier when it has not connected", async () => {
    const { open } = await start({ limits: { ...limits, handshakeTimeoutMs: 100 } });
    const [flooding, polite] = [await open(), await open()];
    for (let sent = 0; sent < 20; sent += 1) flooding.socket.ping();
    await polite.connect();
    flooding.send({ type: "req", id: "late", method: "connect", params: connectParams() });
    await flooding.closed;
    expect(flooding.frames).toHaveLength(1);
  });

  it("loses nothing", async () => {
    const { client } = await start({ limits: { messagesPerSecond: 200 } });
    const flooding = await client();
    for (let sent = 0; sent < 250; sent += 1) flooding.send("not json");
    expect(await flooding.request("health")).toMatchObject({ ok: true });
    expect(await flooding.request("health")).toMatchObject({ ok: true });
  });
});

describe("broken WebSocket frames", () => {
  it.each([
    ["text that is not UTF-8", Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]), 1007],
    ["an unmasked frame", Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ["a reserved opcode", Buffer.from([0x83, 0x80, 0, 0, 0, 0]), 1002],
  ])("T-DOS-15 end their connection only: %s", async (_name, bytes, code) => {
    const { client } = await start();
    const [broken, healthy] = [await client(), await client()];
    // Safe: the raw socket below the client, to write what no client would.
    const { _socket: raw } = broken.socket as unknown as { readonly _socket: { write(bytes: Buffer): void } };
    raw.write(bytes);
    expect(await broken.closed).toMatchObject({ code });
    expect(await healthy.request("health")).toMatchObject({ ok: true });
  });
});
