import type { ConnectVerdict } from "@openclaw/auth";
import { invalidRequest, METHODS, RpcError } from "@openclaw/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { defineMethods } from "./methods.ts";
import type { RpcServerOptions } from "./options.ts";
import {
  admitted,
  fakeAuthenticator,
  grantAll,
  memoryLogger,
  startTestServer,
} from "./testing/test-server.ts";
import { connectParams } from "./testing/wire-client.ts";

async function start(options?: Partial<RpcServerOptions>) {
  const server = await startTestServer(options);
  onTestFinished(server.close);
  return server;
}

/** Answers a `health` call with the number of calls so far. */
function countingHealth() {
  const calls = { count: 0 };
  // The payload is not looked at as health: a counter is easier to assert.
  const methods = defineMethods({ health: () => ({ calls: (calls.count += 1) }) as never });
  return { calls, methods };
}

/** An authenticator that waits until it is told the verdict. */
function heldAuthenticator() {
  let decide: (verdict: "admit" | "refuse" | "throw") => void = () => undefined;
  const decided = new Promise<"admit" | "refuse" | "throw">((resolve) => (decide = resolve));
  const authenticator = fakeAuthenticator(async (attempt): Promise<ConnectVerdict> => {
    const verdict = await decided;
    if (verdict === "throw") throw new Error("store is down at /secret/path");
    if (verdict === "admit") return admitted(grantAll(attempt));
    return {
      ok: false,
      error: invalidRequest("unauthorized"),
      close: { code: 1008, reason: "unauthorized" },
      effects: [],
    };
  });
  return { authenticator, decide };
}

const CONNECT = { type: "req", id: "c1", method: "connect", params: connectParams() };

describe("connect.challenge", () => {
  it("is the first frame, without seq, with a nonce of its own and the time", async () => {
    const { open } = await start({ now: () => 1_700_000_000_123 });
    const [first, second] = await Promise.all([open(), open()]);
    expect(first.frames).toEqual([
      {
        type: "event",
        event: "connect.challenge",
        payload: { nonce: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, ts: 1_700_000_000_123 },
      },
    ]);
    expect(first.frames[0]?.payload?.["nonce"]).not.toBe(second.frames[0]?.payload?.["nonce"]);
  });

  it("carries the nonce the authenticator gets", async () => {
    const nonces: string[] = [];
    const { open } = await start({
      authenticator: fakeAuthenticator((attempt) => {
        nonces.push(attempt.nonce);
        return admitted(grantAll(attempt));
      }),
    });
    const client = await open();
    await client.connect();
    expect(nonces).toEqual([client.frames[0]?.payload?.["nonce"]]);
  });
});

describe("first frame", () => {
  it.each([...Object.keys(METHODS), "no.such.method", "__proto__", "Connect"])(
    "T-AUTH-01 refuses %s before connect and runs nothing",
    async (method) => {
      const { methods, calls } = countingHealth();
      const { open, rpc } = await start({ methods });
      const client = await open();
      client.send({ type: "req", id: "r1", method, params: {} });
      client.send({ ...CONNECT });
      expect(await client.closed).toEqual({
        code: 1008,
        reason: "invalid handshake: first request must be connect",
      });
      expect(client.frames.slice(1)).toEqual([
        {
          type: "res",
          id: "r1",
          ok: false,
          error: { code: "INVALID_REQUEST", message: "invalid handshake: first request must be connect" },
        },
      ]);
      expect(calls.count).toBe(0);
      expect(rpc.connections.size).toBe(0);
    },
  );

  it("closes 1000 without a word when it is not JSON", async () => {
    const { open } = await start();
    const client = await open();
    client.send("this is not json");
    expect(await client.closed).toEqual({ code: 1000, reason: "" });
    expect(client.frames).toHaveLength(1);
  });

  it.each([
    ["an object without method", { hello: 1 }],
    ["an array", []],
    ["an event", { type: "event", event: "tick" }],
    ["a connect with an unknown key", { ...CONNECT, extra: 1 }],
    ["a connect with a numeric id", { ...CONNECT, id: 7 }],
  ])("closes 1008 without an answer when it is %s", async (_name, frame) => {
    const { open } = await start();
    const client = await open();
    client.send(frame);
    expect(await client.closed).toEqual({ code: 1008, reason: "invalid request frame" });
    expect(client.frames).toHaveLength(1);
  });

  it("T-DOS-10 closes 1008 when it is nested too deeply", async () => {
    const { open } = await start();
    const client = await open();
    client.send(
      `{"type":"req","id":"1","method":"connect","params":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
    );
    expect(await client.closed).toEqual({ code: 1008, reason: "invalid request frame" });
  });

  it("accepts a traceparent on connect and connect as a binary message", async () => {
    const { open } = await start();
    const client = await open();
    client.send(Buffer.from(JSON.stringify({ ...CONNECT, traceparent: "00-x" })));
    expect((await client.next()).payload).toMatchObject({ type: "hello-ok" });
  });
});

describe("connect params", () => {
  it("are refused with every problem listed, and a close reason of at most 120 bytes", async () => {
    const { open } = await start();
    const client = await open();
    client.send({
      ...CONNECT,
      params: {
        minProtocol: 3,
        maxProtocol: 3,
        client: { id: "not-a-client", platform: "linux", mode: "backend" },
        foo: 1,
      },
    });
    const text =
      "invalid connect params: at root: unexpected property 'foo'; at /client: must have required property 'version'; " +
      "at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf";
    expect((await client.next()).error).toEqual({ code: "INVALID_REQUEST", message: text });
    expect(await client.closed).toEqual({ code: 1008, reason: text.slice(0, 120) });
  });

  it("cut the close reason at a character boundary", async () => {
    const { open } = await start();
    const client = await open();
    const { error } = await client.request("connect", { ...connectParams(), ["ä".repeat(100)]: 1 });
    const { reason } = await client.closed;
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(120);
    expect(reason.length).toBeGreaterThan(80);
    expect(error?.message.startsWith(reason)).toBe(true);
  });

  it.each([
    [1, 2],
    [5, 5],
    [5, 9],
    [4, 3],
  ])("are refused with 1002 when the range %i to %i misses ours", async (minProtocol, maxProtocol) => {
    const { open } = await start();
    const client = await open();
    expect((await client.connect({ minProtocol, maxProtocol })).error).toEqual({
      code: "INVALID_REQUEST",
      message: "protocol mismatch",
      details: {
        code: "PROTOCOL_MISMATCH",
        clientMinProtocol: minProtocol,
        clientMaxProtocol: maxProtocol,
        expectedProtocol: 4,
        minimumProbeProtocol: 3,
      },
    });
    expect(await client.closed).toEqual({ code: 1002, reason: "protocol mismatch" });
  });

  it.each([
    { minProtocol: 3, maxProtocol: 3, protocol: 3 },
    { minProtocol: 1, maxProtocol: 3, protocol: 3 },
    { minProtocol: 3, maxProtocol: 4, protocol: 4 },
    { minProtocol: 4, maxProtocol: 9, protocol: 4 },
  ])("settle on dialect $protocol for $minProtocol to $maxProtocol", async ({ protocol, ...range }) => {
    const { open, rpc } = await start();
    const client = await open();
    const { payload } = await client.connect(range);
    expect(payload?.["protocol"]).toBe(protocol);
    expect([...rpc.connections.values()].map(({ dialect }) => dialect)).toEqual([protocol]);
  });

  it.each([
    { role: "worker" },
    { client: { id: "openclaw-worker", version: "1", platform: "linux", mode: "backend" } },
    { client: { id: "test", version: "1", platform: "linux", mode: "worker" } },
  ] as const)("close a worker without an answer (%j)", async (params) => {
    const { open } = await start();
    const client = await open();
    client.send({ ...CONNECT, params: connectParams(params) });
    expect(await client.closed).toEqual({ code: 1008, reason: "invalid-handshake" });
    expect(client.frames).toHaveLength(1);
  });
});

describe("verdict", () => {
  it("T-AUTH-02 answers the refusal before it closes with the code and reason of the authenticator", async () => {
    const error = new RpcError("NOT_PAIRED", "pairing required", {
      details: { code: "PAIRING_REQUIRED", requestId: "q" },
    });
    const close = { code: 1008, reason: "pairing required: not yet (requestId: q)" };
    const { open, rpc } = await start({
      authenticator: fakeAuthenticator(() => ({ ok: false, error, close, effects: [] })),
    });
    const client = await open();
    expect(await client.connect()).toEqual({ type: "res", id: "r1", ok: false, error: error.toShape() });
    expect(await client.closed).toEqual(close);
    expect(rpc.connections.size).toBe(0);
  });

  it("announces its effects before the answer, and not to the connection it is about", async () => {
    const payload = { requestId: "q", deviceId: "d", decision: "approved", ts: 1 } as const;
    const { client, rpc } = await start({
      authenticator: fakeAuthenticator((attempt) => ({
        ...admitted(grantAll(attempt)),
        effects: attempt.params.caps?.includes("paired") ? [{ type: "device.pair.resolved", payload }] : [],
      })),
    });
    const watcher = await client();
    const paired = await client({ caps: ["paired"] });
    expect(await watcher.event("device.pair.resolved")).toEqual({
      type: "event",
      event: "device.pair.resolved",
      payload,
      seq: 1,
    });
    rpc.broadcast("tick", { ts: 1 });
    expect(await paired.event("tick")).toMatchObject({ seq: 1 });
  });

  it("T-DOS-15 answers and closes 1011 when the authenticator throws, without saying why", async () => {
    const { lines, logger } = memoryLogger();
    const { authenticator, decide } = heldAuthenticator();
    const { open, client } = await start({ authenticator, logger });
    decide("throw");
    const refused = await open();
    expect((await refused.connect()).error).toEqual({ code: "UNAVAILABLE", message: "internal error" });
    expect(await refused.closed).toEqual({ code: 1011, reason: "internal error" });
    expect(lines).toContainEqual(expect.objectContaining({ level: "error", message: "handshake failed" }));
    await expect(client()).resolves.toBeDefined();
  });

  it("T-DOS-15 answers and closes 1011 when the hello cannot be made, and reports the disconnect", async () => {
    const ended: string[] = [];
    const { open, rpc } = await start({
      hello: () => {
        throw new Error("no snapshot");
      },
      onDisconnect: ({ connId }, { reason }) => ended.push(`${connId} ${reason}`),
      onConnect: ({ connId }) => ended.push(connId),
    });
    const client = await open();
    expect((await client.connect()).error).toEqual({ code: "UNAVAILABLE", message: "internal error" });
    expect(await client.closed).toMatchObject({ code: 1011 });
    expect(rpc.connections.size).toBe(0);
    await expect.poll(() => ended).toHaveLength(2);
    expect(ended[1]).toBe(`${ended[0] ?? ""} internal error`);
  });

  it("admits nobody whose socket closed while the verdict was made", async () => {
    const { authenticator, decide } = heldAuthenticator();
    const admitted: string[] = [];
    const { open, rpc } = await start({ authenticator, onConnect: ({ connId }) => admitted.push(connId) });
    const gone = await open();
    gone.send(CONNECT);
    await gone.close();
    const live = await open();
    live.send({ ...CONNECT, id: "live" });
    decide("admit");
    expect(await live.next()).toMatchObject({ id: "live", ok: true });
    expect(admitted).toEqual([...rpc.connections.keys()]);
  });
});

describe("pre-auth limits", () => {
  it.each([64 * 1024 + 1, 1_000_000, 30_000_000])(
    "T-DOS-02 closes 1009 without an answer for a first frame of %i bytes",
    async (size) => {
      const { open } = await start();
      const client = await open();
      client.send(JSON.stringify({ ...CONNECT, params: { pad: "" } }).padEnd(size, " "));
      const { code, reason } = await client.closed;
      expect([code, reason]).toEqual([1009, ""]);
      expect(client.frames).toHaveLength(1);
    },
  );

  it("T-DOS-02 counts the fragments of a message together", async () => {
    const { open } = await start();
    const client = await open();
    for (let part = 0; part < 20; part += 1) client.socket.send(" ".repeat(4_096), { fin: false });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it("T-DOS-02 takes frames of 64 KiB before hello and larger ones after it", async () => {
    const { methods, calls } = countingHealth();
    const { open } = await start({ methods });
    const client = await open();
    client.send(JSON.stringify(CONNECT).padEnd(64 * 1024, " "));
    await client.next();
    client.send(
      JSON.stringify({ type: "req", id: "big", method: "health", params: {} }).padEnd(2_000_000, " "),
    );
    expect(await client.next()).toMatchObject({ id: "big", ok: true });
    expect(calls.count).toBe(1);
  });

  it("closes 1009 after hello for a frame over the announced maximum", async () => {
    const { client } = await start({ limits: { maxPayloadBytes: 100_000 } });
    const connected = await client();
    connected.send(" ".repeat(100_001));
    expect(await connected.closed).toEqual({ code: 1009, reason: "" });
  });

  it("T-DOS-03 closes 1000 `handshake timeout` when nothing is sent", async () => {
    const { open } = await start({ limits: { handshakeTimeoutMs: 50 } });
    const client = await open();
    expect(await client.closed).toEqual({ code: 1000, reason: "handshake timeout" });
  });

  it("T-DOS-03 closes 1000 `handshake timeout` when the verdict takes too long, and ignores it then", async () => {
    const { authenticator, decide } = heldAuthenticator();
    const { open, rpc } = await start({ authenticator, limits: { handshakeTimeoutMs: 50 } });
    const client = await open();
    client.send(CONNECT);
    expect(await client.closed).toEqual({ code: 1000, reason: "handshake timeout" });
    decide("admit");
    await new Promise((resolve) => setImmediate(resolve));
    expect(rpc.connections.size).toBe(0);
  });

  it("T-DOS-03 never closes an admitted connection", async () => {
    const { open, client } = await start({ limits: { handshakeTimeoutMs: 50 } });
    const admitted = await client();
    // A second socket measures the time the first one has outlived.
    await (
      await open()
    ).closed;
    expect(admitted.socket.readyState).toBe(admitted.socket.OPEN);
  });
});

describe("frames behind connect", () => {
  const request = (at: number) => ({ type: "req", id: `p${at}`, method: "health", params: {} });

  it("wait for hello and are then run in order", async () => {
    const { methods } = countingHealth();
    const { authenticator, decide } = heldAuthenticator();
    const { open } = await start({ methods, authenticator });
    const client = await open();
    client.send(CONNECT);
    for (let at = 1; at <= 15; at += 1) client.send(request(at));
    await settled(client);
    expect(client.frames).toHaveLength(1);
    decide("admit");
    await client.next(({ id }) => id === "p15");
    const answers = client.frames.slice(1).map(({ id, payload }) => [id, payload?.["calls"]]);
    expect(answers).toEqual([
      ["c1", undefined],
      ...Array.from({ length: 15 }, (_, at) => [`p${at + 1}`, at + 1]),
    ]);
  });

  it("close 1008 without an answer when there are more than 15", async () => {
    const { methods, calls } = countingHealth();
    const { authenticator, decide } = heldAuthenticator();
    const { open, rpc } = await start({ methods, authenticator });
    const client = await open();
    client.send(CONNECT);
    for (let at = 1; at <= 16; at += 1) client.send(request(at));
    expect(await client.closed).toEqual({ code: 1008, reason: "too many pending handshake frames" });
    decide("admit");
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.frames).toHaveLength(1);
    expect([calls.count, rpc.connections.size]).toEqual([0, 0]);
  });

  it("T-AUTH-01 are dropped when connect is refused", async () => {
    const { methods, calls } = countingHealth();
    const { authenticator, decide } = heldAuthenticator();
    const { open } = await start({ methods, authenticator });
    const client = await open();
    client.send(CONNECT);
    client.send(request(1));
    decide("refuse");
    expect(await client.closed).toEqual({ code: 1008, reason: "unauthorized" });
    expect(client.frames.slice(1)).toEqual([
      { type: "res", id: "c1", ok: false, error: { code: "INVALID_REQUEST", message: "unauthorized" } },
    ]);
    expect(calls.count).toBe(0);
  });

  /** Resolves when the server has read everything sent so far: the pong comes behind it. */
  function settled(client: Awaited<ReturnType<Awaited<ReturnType<typeof start>>["open"]>>): Promise<unknown> {
    const pong = new Promise((resolve) => client.socket.once("pong", resolve));
    client.socket.ping();
    return pong;
  }
});

describe("phases", () => {
  it("`starting` asks a connect to come back and closes 1013", async () => {
    const { open, rpc } = await start();
    rpc.setPhase("starting");
    const client = await open();
    expect((await client.connect()).error).toEqual({
      code: "UNAVAILABLE",
      message: "gateway starting; retry shortly",
      details: { reason: "startup-sidecars" },
      retryable: true,
      retryAfterMs: 500,
    });
    expect(await client.closed).toEqual({ code: 1013, reason: "gateway starting" });
  });

  it("`draining` asks a connect to come back and closes 1013, while live connections go on", async () => {
    const { methods } = countingHealth();
    const { open, client, rpc } = await start({ methods });
    const live = await client();
    rpc.setPhase("draining");
    const late = await open();
    expect((await late.connect()).error).toEqual({
      code: "UNAVAILABLE",
      message: "connect unavailable during gateway restart",
      details: { method: "connect", reason: "gateway-restarting", phase: "draining" },
      retryable: true,
      retryAfterMs: 1000,
    });
    expect(await late.closed).toEqual({ code: 1013, reason: "gateway restart in progress" });
    expect(await live.request("health")).toMatchObject({ ok: true });
  });
});
