import { once } from "node:events";
import { connect } from "node:net";
import { testPolicy } from "@openclaw/auth/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Disconnect } from "./connection-view.ts";
import type { RpcServerOptions } from "./options.ts";
import { createRpcServer } from "./server.ts";
import { fakeAuthenticator, HELLO, memoryLogger, startTestServer } from "./testing/test-server.ts";
import { connectParams, WireClient } from "./testing/wire-client.ts";

async function start(options?: Partial<RpcServerOptions>) {
  const server = await startTestServer({ methods: { health: () => ({}) as never }, ...options });
  onTestFinished(server.close);
  return server;
}

const range = (dialect: number) => ({ minProtocol: dialect, maxProtocol: dialect });

describe("close", () => {
  it.each([
    {
      dialect: 3,
      shutdown: { reason: "gateway stopping" },
      payload: { reason: "gateway stopping", restartExpectedMs: null },
    },
    { dialect: 4, shutdown: { reason: "gateway stopping" }, payload: { reason: "gateway stopping" } },
    { dialect: 3, shutdown: { reason: "gateway restarting", restartExpectedMs: 1500 }, payload: undefined },
    { dialect: 4, shutdown: { reason: "gateway restarting", restartExpectedMs: 1500 }, payload: undefined },
  ] as const)(
    "says $shutdown.reason in dialect $dialect and closes 1012",
    async ({ dialect, shutdown, payload }) => {
      const { client, rpc } = await start();
      const clients = [
        await client({ ...range(dialect), scopes: [] }),
        await client({ ...range(dialect), role: "node" }),
      ];
      await rpc.close(shutdown);
      for (const connected of clients) {
        expect(await connected.closed).toEqual({ code: 1012, reason: "service restart" });
        expect(connected.frames.at(-1)).toEqual({
          type: "event",
          event: "shutdown",
          payload: payload ?? shutdown,
          seq: 1,
        });
      }
      expect(rpc.connections.size).toBe(0);
    },
  );

  it("ends sockets that never connected without a word", async () => {
    const { open, rpc } = await start();
    const stranger = await open();
    await rpc.close({ reason: "gateway stopping" });
    expect(await stranger.closed).toEqual({ code: 1006, reason: "" });
    expect(stranger.frames).toHaveLength(1);
  });

  it("ends a client that does not answer the close after the grace", async () => {
    const ends: Disconnect[] = [];
    const { port, rpc } = await start({
      limits: { closeGraceMs: 50 },
      onDisconnect: (_view, end) => ends.push(end),
    });
    const deaf = await deafClient(port);
    await rpc.close({ reason: "gateway stopping" });
    expect(ends).toEqual([{ code: 1012, reason: "service restart" }]);
    if (!deaf.closed) await once(deaf, "close");
  });

  it("leaves no timer behind", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const options = {
      authenticator: fakeAuthenticator(),
      policy: testPolicy,
      methods: {},
      events: [],
      hello: () => HELLO,
    };
    const rpc = createRpcServer(options);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await rpc.close({ reason: "gateway stopping" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("refuses upgrades from then on, and may be called again", async () => {
    const { url, rpc } = await start();
    const [first, second] = [
      rpc.close({ reason: "gateway stopping" }),
      rpc.close({ reason: "gateway restarting" }),
    ];
    expect(second).toBe(first);
    await first;
    const late = new WireClient(url);
    const [, response] = (await once(late.socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(503);
  });

  /** Connects over a raw socket and never reads or answers anything after its hello. */
  async function deafClient(port: number) {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n",
    );
    const text = JSON.stringify({ type: "req", id: "c", method: "connect", params: connectParams() });
    const header = Buffer.from([0x81, 0xfe, text.length >> 8, text.length & 0xff, 0, 0, 0, 0]);
    socket.write(Buffer.concat([header, Buffer.from(text)]));
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => (received += chunk));
    while (!received.includes("hello-ok")) await once(socket, "data");
    return socket;
  }
});

describe("closeConnection", () => {
  it("closes one connection with the given code, the reason cut to 120 bytes, and nothing is sent after it", async () => {
    const { client, rpc } = await start();
    const [revoked, other] = [await client(), await client()];
    const [connId = ""] = rpc.connections.keys();
    rpc.closeConnection(connId, 4001, `client invalidated: ${"ü".repeat(100)}`);
    rpc.broadcast("tick", { ts: 1 });
    expect(rpc.sendTo(connId, "tick", { ts: 2 })).toBe(false);
    expect(await revoked.closed).toEqual({ code: 4001, reason: `client invalidated: ${"ü".repeat(50)}` });
    expect(revoked.frames).toHaveLength(2);
    expect(await other.event("tick")).toMatchObject({ seq: 1 });
    rpc.closeConnection("nobody", 4001, "x");
  });

  it("T-AUTH-16 runs nothing a closed connection sends afterwards", async () => {
    let calls = 0;
    const { client, rpc } = await start({ methods: { health: () => ({ n: (calls += 1) }) as never } });
    const revoked = await client();
    revoked.send({ type: "req", id: "late", method: "health" });
    rpc.closeConnection([...rpc.connections.keys()][0] ?? "", 4001, "client invalidated: device removed");
    await revoked.closed;
    expect(calls).toBe(0);
  });
});

describe("connections", () => {
  it("hold who is connected, from hello to close", async () => {
    const { client, rpc } = await start({ now: () => 42 });
    const connected = await client({ caps: ["tool-events"], scopes: ["operator.read"] });
    const [[connId, view]] = [...rpc.connections] as [[string, unknown]];
    expect(view).toEqual({
      connId,
      dialect: 4,
      grant: {
        principal: { kind: "shared" },
        role: "operator",
        scopes: ["operator.read"],
        method: "token",
        isLocal: true,
      },
      client: { id: "test", version: "1.0.0", platform: "linux", mode: "test" },
      caps: new Set(["tool-events"]),
      peer: expect.objectContaining({ clientIp: "127.0.0.1" }) as object,
      connectedAt: 42,
    });
    await connected.close();
    await client();
    expect(rpc.connections.has(connId)).toBe(false);
  });

  it("are reported when they end, with code and reason, once per onConnect", async () => {
    const events: string[] = [];
    const { client, open } = await start({
      onConnect: ({ client: { mode } }) => events.push(`connect ${mode}`),
      onDisconnect: ({ client: { mode } }, { code, reason }) =>
        events.push(`disconnect ${mode} ${code} ${reason}`),
    });
    const connected = await client();
    connected.socket.close(4321, "bye");
    await connected.closed;
    await (await open()).close();
    const killed = await client();
    killed.socket.terminate();
    await killed.closed;
    await expect
      .poll(() => events)
      .toEqual(["connect test", "disconnect test 4321 bye", "connect test", "disconnect test 1006 "]);
  });
});

describe("listeners that throw", () => {
  it("T-DOS-15 are logged and harm neither their connection nor another", async () => {
    const { lines, logger } = memoryLogger();
    const thrower = (): never => {
      throw new Error("listener is broken");
    };
    const { client } = await start({ logger, onReady: thrower, onDisconnect: thrower });
    const [first, second] = [await client(), await client()];
    await first.close();
    expect(await second.request("health")).toMatchObject({ ok: true });
    const failures = lines.filter(({ message }) => message === "listener failed");
    expect(failures.map(({ meta }) => (meta as { name: string }).name).slice(0, 2)).toEqual([
      "onReady",
      "onReady",
    ]);
  });
});

describe("refusals in the log", () => {
  it("T-DOS-11 are written up to a number per minute and counted beyond it", async () => {
    const { lines, logger } = memoryLogger();
    let now = 1_000_000;
    const { open } = await start({ logger, now: () => now });
    const refused = async () => {
      const client = await open();
      client.send("not json");
      await client.closed;
    };
    for (let at = 0; at < 25; at += 1) await refused();
    expect(lines.filter(({ level }) => level === "warn")).toHaveLength(20);
    now += 60_000;
    await refused();
    expect(
      lines
        .filter(({ level }) => level === "warn")
        .slice(20)
        .map(({ message, meta }) => [message, meta]),
    ).toEqual([
      ["more refusals were not logged", { count: 5 }],
      ["handshake ended", expect.objectContaining({ clientIp: "127.0.0.1", code: 1000 })],
    ]);
  });
});
