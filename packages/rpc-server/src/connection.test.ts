import { describe, expect, it, onTestFinished } from "vitest";
import type { RpcServerOptions } from "./options.ts";
import { startTestServer } from "./testing/test-server.ts";
import type { WireClient } from "./testing/wire-client.ts";

async function start(options?: Partial<RpcServerOptions>) {
  const server = await startTestServer({ methods: { health: () => ({}) as never }, ...options });
  onTestFinished(server.close);
  return server;
}

describe("a flooding client", () => {
  /** Enough round trips for the server to have looked at every other socket as well. */
  async function roundTrips(client: WireClient) {
    for (let trip = 0; trip < 5; trip += 1) await client.request("health");
  }

  it("T-DOS-10 is read more slowly, loses nothing, and others are served meanwhile", async () => {
    const { client } = await start({ limits: { messagesPerSecond: 100 } });
    const [flooding, polite] = [await client(), await client()];
    for (let sent = 0; sent < 200; sent += 1) flooding.send("not json");
    await roundTrips(polite);
    const last = flooding.request("health");
    await roundTrips(polite);
    expect(flooding.frames).toHaveLength(2);
    expect(await last).toMatchObject({ ok: true });
  });

  it("T-DOS-10 with pings is slowed down too", async () => {
    const { client } = await start({ limits: { messagesPerSecond: 30 } });
    const [flooding, polite] = [await client(), await client()];
    for (let sent = 0; sent < 55; sent += 1) flooding.socket.ping();
    await roundTrips(polite);
    const last = flooding.request("health");
    await roundTrips(polite);
    expect(flooding.frames).toHaveLength(2);
    expect(await last).toMatchObject({ ok: true });
  });

  it("T-DOS-10 that has not connected is slowed down earlier", async () => {
    const { client, open } = await start({ limits: { preAuthMessagesPerSecond: 10 } });
    const [flooding, polite] = [await open(), await client()];
    for (let sent = 0; sent < 20; sent += 1) flooding.socket.ping();
    await roundTrips(polite);
    const hello = flooding.connect();
    await roundTrips(polite);
    expect(flooding.frames).toHaveLength(1);
    expect(await hello).toMatchObject({ ok: true });
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
