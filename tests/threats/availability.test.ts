import { once } from "node:events";
import { connect as tcp, type Socket } from "node:net";
import type { GatewayAddress } from "@openclaw/gateway-core";
import { CLOSE, LIMITS } from "@openclaw/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  admitted,
  ALL_SCOPES,
  Attacker,
  client,
  connectParams,
  dialect,
  errorOf,
  type Frame,
} from "./support/attacker.ts";
import { FakeProvider } from "../support/fake-provider.ts";
import { start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";
import { bearer, http, upgrade } from "./support/http.ts";

const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: 127.0.0.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "",
  "",
].join("\r\n");
const BUSY = { status: 503, headers: expect.objectContaining({ "retry-after": "1" }) as unknown };

describe("sockets that say nothing", () => {
  test("T-DOS-01 5,000 of one address keep only the newest 32, and let every right client of the same address in", async () => {
    await using running = await start();
    const { url, port } = running.address;
    const early = await admitted(url);
    const idle: Socket[] = [];
    const park = () =>
      new Promise<void>((resolve) => {
        const socket = tcp(port, "127.0.0.1", () => void socket.write(UPGRADE));
        socket.on("error", () => {}).on("close", () => resolve());
        socket.once("data", () => resolve());
        idle.push(socket);
      });
    let flood = Promise.resolve();
    for (let each = 0; each < 5_000; each += 100) {
      flood = flood.then(async () => void (await Promise.all(Array.from({ length: 100 }, park))));
      if (each % 1_000 !== 0) continue;
      // In the midst of it, and without a second try.
      const since = performance.now();
      const client = await admitted(url);
      expect(performance.now() - since).toBeLessThan(1_000);
      expect(await client.call("health")).toMatchObject({ ok: true });
      client.end();
      await flood;
    }
    await flood;
    expect(idle).toHaveLength(5_000);
    await expect.poll(() => idle.filter(({ closed }) => !closed).length).toBe(LIMITS.preAuthSocketsPerPeer);
    expect(await early.call("health")).toMatchObject({ ok: true });
    (await admitted(url)).end();
    for (const socket of idle) socket.destroy();
    early.end();
  });

  test("T-DOS-01 half a frame is no reason to stay either", async () => {
    await using running = await start();
    const { url } = running.address;
    for (let each = 0; each < LIMITS.preAuthSocketsPerPeer; each += 1) {
      const socket = await Attacker.open(url);
      socket.socket.send('{"type":"req","id":"1","method":"conn', { fin: false });
      await socket.settled();
    }
    (await admitted(url)).end();
  });

  test("T-DOS-01 one address parks 32 and keeps nobody else out", async () => {
    await using running = await startBehindProxy();
    const { address } = running;
    const parked: Attacker[] = [];
    const neighbour = await Attacker.open(address.url, { from: "203.0.113.2" });
    // Another spelling is the same address.
    for (const from of ["203.0.113.1", "::ffff:203.0.113.1"])
      for (let each = 0; each < 50; each += 1) parked.push(await Attacker.open(address.url, { from }));
    const open = () => parked.filter(({ isClosed }) => !isClosed);
    await expect.poll(() => open().length).toBe(LIMITS.preAuthSocketsPerPeer);
    expect(open()).toEqual(parked.slice(-LIMITS.preAuthSocketsPerPeer));
    expect(await neighbour.connect(connectParams())).toMatchObject({ ok: true });
    for (const socket of [...parked, neighbour]) socket.end();
  });

  test("T-DOS-01 who makes every place wait for its refusal is told 503, and keeps nobody else out", async () => {
    await using running = await startBehindProxy();
    const { address } = running;
    const early = await admitted(address.url);
    const looping = { from: "203.0.113.1" };
    const params = connectParams({ minProtocol: 1, maxProtocol: 2 });
    for (let attempt = 0; attempt < 32; attempt += 1) {
      const socket = await Attacker.open(address.url, looping);
      await socket.connect(params);
      await socket.closed;
    }
    const sockets = await Promise.all(
      Array.from({ length: LIMITS.preAuthSocketsPerPeer }, () => Attacker.open(address.url, looping)),
    );
    for (const socket of sockets) socket.send({ type: "req", id: "held", method: "connect", params });
    await Promise.all(sockets.map((socket) => socket.settled()));
    expect(await upgrade(address, looping)).toMatchObject(BUSY);
    expect(await early.call("health")).toMatchObject({ ok: true });
    (await admitted(address.url, {}, { from: "203.0.113.2" })).end();
    for (const socket of [...sockets, early]) socket.end();
  });

  test("T-DOS-01 a crowd that takes every place has to make room for the next client", async () => {
    await using running = await startBehindProxy();
    const { address } = running;
    const crowd = Array.from({ length: LIMITS.preAuthSockets / LIMITS.preAuthSocketsPerPeer }, (_, peer) =>
      Array.from({ length: LIMITS.preAuthSocketsPerPeer }, () =>
        Attacker.open(address.url, { from: `198.51.100.${peer}` }),
      ),
    );
    const parked = await Promise.all(crowd.flat());
    expect(parked).toHaveLength(LIMITS.preAuthSockets);
    const guests = await Promise.all(
      Array.from({ length: 20 }, (_, guest) => admitted(address.url, {}, { from: `203.0.113.${guest}` })),
    );
    for (const guest of guests) expect(await guest.call("health")).toMatchObject({ ok: true });
    // Each took one place at most; nobody who had connected lost anything.
    const lost = parked.filter(({ isClosed }) => isClosed).length;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual(guests.length);
    for (const socket of [...parked, ...guests]) socket.end();
  });

  test("T-DOS-03 an idle socket is closed at the deadline, with a reason; chatter does not put it off", async () => {
    await using running = await start({ gateway: { limits: { handshakeTimeoutMs: 400 } } });
    const idle = await Attacker.open(running.address.url);
    const chatty = await Attacker.open(running.address.url);
    const chatter = setInterval(() => chatty.socket.ping(), 20);
    const ends = await Promise.all([idle.closed, chatty.closed]);
    clearInterval(chatter);
    const { code, reason } = CLOSE.handshakeTimeout;
    expect(ends).toEqual([
      { code, reason },
      { code, reason },
    ]);
    expect(reason).toBe("handshake timeout");
  });

  test("T-DOS-03 the time our own loop was blocked is not taken from the client", async () => {
    await using running = await start({ gateway: { limits: { handshakeTimeoutMs: 600 } } });
    const socket = await Attacker.open(running.address.url);
    const until = performance.now() + 1_500;
    while (performance.now() < until);
    // Timers that came due meanwhile run first; a client that answers now is still in time.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await socket.connect(connectParams())).toMatchObject({ ok: true });
    socket.end();
  });
});

describe("first frames", () => {
  let running: StartedGateway;
  beforeAll(async () => void (running = await start()));
  afterAll(() => running[Symbol.asyncDispose]());

  /** A connect request of exactly so many bytes. */
  function padded(bytes: number): string {
    const frame = (pad: string) =>
      JSON.stringify({ type: "req", id: "1", method: "connect", params: connectParams({ userAgent: pad }) });
    return frame("x".repeat(bytes - frame("").length));
  }

  test.each([65_537, 1 << 20, 30 << 20])(
    "T-DOS-02 of %i bytes are closed with 1009, unread",
    async (bytes) => {
      const socket = await Attacker.open(running.address.url);
      socket.send(padded(bytes));
      expect((await socket.closed).code).toBe(1009);
      expect(socket.frames).toHaveLength(1);
    },
  );

  test("T-DOS-02 of 64 KiB are still read, and after hello much more is", async () => {
    const socket = await Attacker.open(running.address.url);
    socket.send(padded(65_536));
    expect(await socket.frame(({ id }) => id === "1")).toMatchObject({ ok: true });
    expect(await socket.request("health", { pad: "x".repeat(8 << 20) })).toMatchObject({ ok: true });
    socket.send(Buffer.alloc(LIMITS.maxPayloadBytes + 1, 0x20));
    expect((await socket.closed).code).toBe(1009);
  });

  test("T-DOS-02 cut into fragments count as one", async () => {
    const socket = await Attacker.open(running.address.url);
    for (let piece = 0; piece < 70; piece += 1) socket.socket.send(Buffer.alloc(1_000, 0x20), { fin: false });
    expect((await socket.closed).code).toBe(1009);
  });
});

describe("a reader that does not read", () => {
  test("T-DOS-04 is closed with 1008, and costs the others nothing", async () => {
    await using running = await start({ gateway: { limits: { maxBufferedBytes: 100_000 } } });
    const { url } = running.address;
    const owner = await admitted(url);
    const fast = await Promise.all(
      Array.from({ length: 10 }, () => admitted(url, { scopes: ["operator.read"] })),
    );
    const stalled = await admitted(url, {
      scopes: ["operator.read"],
      client: client("gateway-client", "backend", { instanceId: "stalled" }),
    });
    stalled.socket.pause();
    // Its own answer, which it does not take either, fills what lies between us.
    stalled.send({ type: "req", id: "x".repeat(12 << 20), method: "health" });
    await owner.call("chat.send", { sessionKey: "main", message: "@words 500", idempotencyKey: "long" });
    // The first step of the run is more than it may have waiting; what it is told lies behind what it did not read.
    await owner.event("agent");
    stalled.socket.resume();
    const { code, reason } = CLOSE.slowConsumer;
    expect(await stalled.closed).toEqual({ code, reason });
    expect(stalled.frames.some(({ payload }) => (payload as Frame | undefined)?.["state"] === "final")).toBe(
      false,
    );
    await owner.frame(({ event, payload }) => event === "presence" && left(payload, "stalled"));
    const finals = await Promise.all(
      fast.map((socket) =>
        socket.frame(({ payload }) => (payload as Frame | undefined)?.["state"] === "final"),
      ),
    );
    expect(new Set(finals.map(({ payload }) => JSON.stringify(payload))).size).toBe(1);
    for (const socket of fast) {
      const numbers = socket.frames.flatMap(({ seq }) => (typeof seq === "number" ? [seq] : []));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      socket.end();
    }
    owner.end();
  });

  const left = (payload: unknown, instanceId: string) =>
    (payload as { presence: readonly Frame[] }).presence.some(
      (entry) => entry["instanceId"] === instanceId && entry["reason"] === "disconnect",
    );

  test("T-DOS-04 misses what may be missed, and can count exactly how much", async () => {
    await using running = await start({
      gateway: { limits: { maxBufferedBytes: 100_000, tickIntervalMs: 20 } },
    });
    const { url } = running.address;
    const [fast, slow] = await Promise.all([admitted(url, { scopes: [] }), admitted(url, { scopes: [] })]);
    slow.socket.pause();
    slow.send({ type: "req", id: "x".repeat(12 << 20), method: "health" });
    const ticks = (socket: Attacker) => socket.frames.filter(({ event }) => event === "tick").length;
    const seen = ticks(fast);
    await fast.frame(() => ticks(fast) >= seen + 30);
    slow.socket.resume();
    const before = Number(fast.frames.at(-1)?.["seq"]);
    await slow.frame(({ event, seq }) => event === "tick" && Number(seq) > before);
    const numbers = slow.frames.flatMap(({ event, seq }) => (event === "tick" ? [Number(seq)] : []));
    const missed = (numbers.at(-1) ?? 0) - numbers.length;
    expect(missed).toBeGreaterThan(10);
    const holes = numbers.map((seq, index) => seq - (numbers[index - 1] ?? 0) - 1);
    expect(holes.reduce((sum, hole) => sum + hole, 0)).toBe(missed);
    expect(slow.isClosed).toBe(false);
    fast.end();
    slow.end();
  });
});

describe("a reader of an HTTP stream that does not read", () => {
  test("T-DOS-04 loses its answer, and its session is free again", async () => {
    // More than what lies between us can hold, and no end: the model goes on thinking.
    await using provider = await FakeProvider.start({
      words: ["a", "\u0001".repeat(800_000)],
      endsAfterMs: 60_000,
    });
    await using running = await start(provider.config({ gateway: { limits: { responseStallMs: 300 } } }));
    const { url, port } = running.address;
    const body = JSON.stringify({
      model: "openclaw",
      user: "stalled",
      stream: true,
      messages: [{ role: "user", content: "hi" }],
    });
    const stalled = tcp(port, "127.0.0.1").pause();
    stalled.on("error", () => {});
    stalled.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const owner = await admitted(url);
    const sessionKey = "agent:main:openai-user:stalled";
    const isRunning = async () => {
      const { sessionInfo } = await owner.call("chat.history", { sessionKey });
      return (sessionInfo as Frame)["hasActiveRun"];
    };
    await expect.poll(isRunning).toBe(true);
    await expect.poll(isRunning, { timeout: 20_000 }).toBe(false);
    const { messages } = await owner.call("chat.history", { sessionKey });
    expect(messages).toMatchObject([{ role: "user" }, { role: "assistant", stopReason: "aborted" }]);
    stalled.destroy();
    owner.end();
  });

  test("T-DOS-04 one that waits for a slow model keeps its answer", async () => {
    await using running = await start({ gateway: { limits: { responseStallMs: 100 } } });
    const answer = await http(running.address, {
      method: "POST",
      path: "/v1/chat/completions",
      headers: { ...bearer(TOKEN), "Content-Type": "application/json" },
      body: JSON.stringify({
        model: "openclaw",
        messages: [{ role: "user", content: "@wait 700\n@say late" }],
      }),
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("late");
  });
});

describe("hostile frames", () => {
  let running: StartedGateway;
  let neighbour: Attacker;
  beforeAll(async () => {
    running = await start();
    neighbour = await admitted(running.address.url);
  });
  afterAll(async () => {
    expect(await neighbour.call("health")).toMatchObject({ ok: true });
    neighbour.end();
    await running[Symbol.asyncDispose]();
  });

  const nested = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
  const wide = (keys: number) => `{${Array.from({ length: keys }, (_, key) => `"k${key}":1`).join()}}`;
  const frame = (params: string) => `{"type":"req","id":"1","method":"health","params":${params}}`;

  test.each([
    ["65 levels deep", frame(nested(64)), "must NOT be nested deeper than 64 levels"],
    ["a million levels deep", nested(1_000_000), "must NOT be nested deeper than 64 levels"],
    ["of 10,001 keys", frame(wide(9_998)), "must NOT have more than 10000 properties"],
    ["of 100,001 list items", frame(`[${"1,".repeat(100_000)}1]`), "must NOT have more than 100000 items"],
  ])("T-DOS-10 JSON %s is refused before it is parsed, the socket goes on", async (_, text, issue) => {
    const socket = await admitted(running.address.url);
    socket.send(text);
    const answer = await socket.frame(({ id }) => id === "invalid");
    expect(errorOf(answer)).toEqual({ code: "INVALID_REQUEST", message: `invalid request frame: ${issue}` });
    expect(await socket.call("health")).toMatchObject({ ok: true });
    const stranger = await Attacker.open(running.address.url);
    stranger.send(text.length < 60_000 ? text : nested(30_000));
    expect(await stranger.closed).toEqual({ code: 1008, reason: "invalid request frame" });
    socket.end();
  });

  test("T-DOS-10 at the limits it is still read", async () => {
    const socket = await admitted(running.address.url);
    for (const text of [frame(nested(63)), frame(wide(9_990))]) {
      socket.frames.length = 0;
      socket.send(text);
      await socket.frame(({ id }) => id === "1");
    }
    socket.end();
  });

  test("T-DOS-10 the 65th call in flight is refused, retryable, and does not start", async () => {
    const socket = await admitted(running.address.url);
    const limit = LIMITS.inFlightPerConnection;
    await neighbour.call("chat.send", { sessionKey: "busy", message: "@wait 60000", idempotencyKey: "busy" });
    const before = (await neighbour.call("sessions.list"))["count"];
    for (let call = 0; call < limit; call += 1)
      socket.send({
        type: "req",
        id: `w${call}`,
        method: "agent.wait",
        params: { runId: "busy", timeoutMs: 60_000 },
      });
    await socket.call("chat.send", { sessionKey: "main", message: "not started", idempotencyKey: "k" }).then(
      () => expect.unreachable(),
      (error: unknown) => expect(String(error)).toContain("too many calls in flight"),
    );
    const refusal = await socket.request("health");
    expect(errorOf(refusal)).toMatchObject({
      code: "UNAVAILABLE",
      retryable: true,
      retryAfterMs: expect.any(Number) as number,
    });
    expect((await neighbour.call("sessions.list"))["count"]).toBe(before);
    await neighbour.call("chat.abort", { sessionKey: "busy" });
    expect(await socket.frame(({ id }) => id === `w${limit - 1}`)).toMatchObject({ ok: true });
    expect(await socket.call("health")).toMatchObject({ ok: true });
    socket.end();
  });

  test("T-DOS-10 compression is never agreed on, and a compressed frame is a protocol error", async () => {
    const answer = await upgrade(running.address, {
      headers: { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" },
    });
    expect(answer.status).toBe(101);
    expect(answer.headers).not.toHaveProperty("sec-websocket-extensions");
    // FIN and RSV1 set, text, masked with zeros.
    const { code } = await afterUpgrade(Buffer.from([0xc1, 0x82, 0, 0, 0, 0, 0x7b, 0x7d]));
    expect(code).toBe(1002);
  });

  test.each([
    ["an unmasked frame", Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ["a reserved opcode", Buffer.from([0x83, 0x80, 0, 0, 0, 0]), 1002],
    [
      "a ping of 126 bytes",
      Buffer.concat([Buffer.from([0x89, 0xfe, 0x00, 0x7e, 0, 0, 0, 0]), Buffer.alloc(126)]),
      1002,
    ],
    ["a fragmented ping", Buffer.from([0x09, 0x80, 0, 0, 0, 0]), 1002],
    ["a continuation of nothing", Buffer.from([0x80, 0x80, 0, 0, 0, 0]), 1002],
    ["text that is not UTF-8", Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), 1007],
    [
      "a length beyond 2^53",
      Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      1009,
    ],
    ["a close with half a code", Buffer.from([0x88, 0x81, 0, 0, 0, 0, 0x03]), 1002],
  ])("T-DOS-10 %s ends the socket with the code for it", async (_, bytes, expected) => {
    expect((await afterUpgrade(bytes)).code).toBe(expected);
  });

  /** Sends bytes over an upgraded TCP socket; the code of the close frame that comes back. */
  async function afterUpgrade(bytes: Buffer): Promise<{ code: number }> {
    const socket = await upgradedSocket(running.address.port);
    const received: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    socket.write(bytes);
    await once(socket, "close");
    const all = Buffer.concat(received);
    const at = all.lastIndexOf(0x88);
    return { code: at < 0 ? 1006 : all.readUInt16BE(at + 2) };
  }

  test("T-DOS-10 floods of small frames and pings are slowed down, and nobody else with them", async () => {
    const FLOOD = 50_000;
    const startedAt = performance.now();
    const flooding = await admitted(running.address.url, { scopes: [] });
    const stranger = await upgradedSocket(running.address.port);
    let pongs = 0;
    // An empty pong is two bytes; nothing else comes any more.
    stranger.on("data", (chunk: Buffer) => (pongs += chunk.length / 2));
    const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
    stranger.write(Buffer.concat(Array.from({ length: FLOOD }, () => ping)));
    for (let call = 0; call < FLOOD; call += 1) flooding.send('{"type":"req","id":"f","method":"health"}');
    // More than a second's worth is waiting; calls of others do not wait behind it.
    while (pongs < FLOOD && performance.now() - startedAt < 2_000) await neighbour.call("health");
    const seconds = (performance.now() - startedAt) / 1000;
    expect(pongs).toBeGreaterThan(0);
    // What one read of the socket brings is handled together, whatever the pace: 64 KiB at most.
    expect(pongs).toBeLessThan(100 * (seconds + 1) + 65_536 / ping.length);
    stranger.destroy();
    flooding.end();
  });
});

async function upgradedSocket(port: number): Promise<Socket> {
  const socket = tcp(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  // The answer and the challenge may come together: the challenge's nonce says that both are here.
  let head = "";
  while (!head.includes("nonce")) head += String((await once(socket, "data"))[0]);
  return socket;
}

describe("hostile bodies", () => {
  const MESSAGE = '{"role":"user","content":"hi"}';
  const body = (more: string) => `{"model":"openclaw","messages":[${MESSAGE}],"x":${more}}`;
  const post = (address: GatewayAddress, text: string) =>
    http(address, {
      method: "POST",
      path: "/v1/chat/completions",
      headers: { ...bearer(TOKEN), "Content-Type": "application/json" },
      body: text,
    });

  test.each([
    ["65 levels deep", body(`${"[".repeat(64)}1${"]".repeat(64)}`), "nested deeper than 64 levels"],
    ["19 MB of brackets", "[".repeat(19_000_000), "nested deeper than 64 levels"],
    ["19 MB of keys", body(`{${'"k":1,'.repeat(3_160_000)}"k":1}`), "more than 10000 properties"],
    ["19 MB of list items", body(`[${"1,".repeat(9_500_000)}1]`), "more than 100000 items"],
  ])("T-DOS-10 JSON %s is refused before it is parsed, with the way out", async (_, text, excess) => {
    await using running = await start();
    const answer = await post(running.address, text);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      400,
      {
        error: {
          message: expect.stringMatching(
            `^Request body must NOT (be|have) ${excess}. Leave out older messages, or join them.$`,
          ) as unknown,
          type: "invalid_request_error",
        },
      },
    ]);
    expect(await post(running.address, body("1"))).toMatchObject({ status: 200 });
  });

  test("T-DOS-10 a long text is no excess", async () => {
    await using running = await start();
    expect(await post(running.address, body(JSON.stringify("[{:,".repeat(2_000_000))))).toMatchObject({
      status: 200,
    });
  });
});

describe("clients that come back for ever", () => {
  const MISMATCH = { minProtocol: 1, maxProtocol: 2 };

  test("T-DOS-11 ten of them over an hour leave some twenty lines a minute in the log, and a count", async () => {
    await using running = await start();
    const { url } = running.address;
    const MINUTES = 60;
    for (let minute = 0; minute < MINUTES; minute += 1) {
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          for (let attempt = 0; attempt < 6; attempt += 1) {
            const socket = await Attacker.open(url);
            expect(errorOf(await socket.connect(connectParams(MISMATCH))).message).toBe("protocol mismatch");
            expect(await socket.closed).toEqual({ code: 1002, reason: "protocol mismatch" });
          }
        }),
      );
      running.advance(60_000);
    }
    const lines = running.log.filter(({ level }) => level !== "debug");
    expect(lines.length).toBeLessThanOrEqual(MINUTES * 22);
    expect(
      lines.filter(({ text }) => text.includes("more refusals were not logged")).length,
    ).toBeGreaterThanOrEqual(MINUTES - 2);
    for (const { text } of lines) expect(text.length).toBeLessThan(500);
  });

  test("T-DOS-11 a loud one has its share of the log, and hides nobody", async () => {
    await using running = await startBehindProxy();
    const { url } = running.address;
    // A proxy on this machine that tells no address: a warning for each connect, and a refusal.
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const socket = await Attacker.open(url, { headers: { Host: "gw.example" } });
      await socket.connect(connectParams({ auth: { token: "wrong" } }));
      await socket.closed;
    }
    const lines = (part: string) => running.log.filter(({ text }) => text.includes(part));
    expect(lines("counts as remote").length).toBeGreaterThan(0);
    expect(lines("counts as remote").length).toBeLessThanOrEqual(20);
    expect(lines("handshake ended").length).toBeLessThanOrEqual(20);
    const quiet = await Attacker.open(url, { from: "203.0.113.2" });
    await quiet.connect(connectParams(MISMATCH));
    await quiet.closed;
    expect(lines("203.0.113.2")).toHaveLength(1);
  });

  test("T-DOS-11 one that never pauses waits longer and longer; its neighbour and its own right connect do not", async () => {
    await using running = await startBehindProxy();
    const { url } = running.address;
    const looping = { from: "203.0.113.1" };
    for (let attempt = 0; attempt < 32; attempt += 1) {
      const socket = await Attacker.open(url, looping);
      await socket.connect(connectParams(MISMATCH));
      await socket.closed;
    }
    const held = await Attacker.open(url, looping);
    held.send({ type: "req", id: "held", method: "connect", params: connectParams(MISMATCH) });
    // Nothing is kept of what comes behind it.
    for (let more = 0; more < 20; more += 1) held.send({ type: "req", id: "more", method: "health" });
    for (const from of ["203.0.113.2", "203.0.113.1"]) (await admitted(url, {}, { from })).end();
    const neighbour = await Attacker.open(url, { from: "203.0.113.2" });
    expect(errorOf(await neighbour.connect(connectParams(MISMATCH))).message).toBe("protocol mismatch");
    // All of them came later and were answered earlier.
    expect(held.frames).toHaveLength(1);
    expect(errorOf(await held.frame(({ id }) => id === "held")).message).toBe("protocol mismatch");
    expect(await held.closed).toEqual({ code: 1002, reason: "protocol mismatch" });
  });

  test.each([3, 4] as const)(
    "T-DOS-11 dialect %i: what no retry can mend is said in a code clients stop at",
    async (version) => {
      await using running = await start();
      const { url } = running.address;
      const wrong = await Attacker.open(url);
      const { details } = errorOf(
        await wrong.connect(connectParams({ ...dialect(version), auth: { token: "wrong" } })),
      );
      expect(details).toMatchObject({ code: "AUTH_TOKEN_MISMATCH" });
      const foreign = await Attacker.open(url);
      expect(errorOf(await foreign.connect(connectParams(MISMATCH))).details).toMatchObject({
        code: "PROTOCOL_MISMATCH",
        expectedProtocol: 4,
      });
      expect(errorOf(await (await Attacker.open(url)).connect(connectParams(MISMATCH)))).not.toHaveProperty(
        "retryable",
      );
    },
  );
});

describe("churn", () => {
  const LONG = "n".repeat(20_000);

  test("T-DOS-16 what clients say about themselves is kept short, and of a bounded number of them", async () => {
    await using running = await start();
    const { url } = running.address;
    const owner = await admitted(url, { client: client("cli", "cli") });
    for (let batch = 0; batch < 12; batch += 1)
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const socket = await admitted(url, {
            client: {
              ...client("test", "test", { displayName: LONG, deviceFamily: LONG }),
              version: LONG,
              instanceId: `${batch}-${index}-${LONG}`.slice(0, 1_000),
            },
          });
          socket.end();
        }),
      );
    const presence = (await owner.request("system-presence"))["payload"] as readonly Frame[];
    expect(presence.length).toBeLessThanOrEqual(200);
    expect(presence.length).toBeGreaterThan(150);
    for (const value of presence.flatMap((entry) => Object.values(entry)))
      if (typeof value === "string") expect(value.length).toBeLessThanOrEqual(256);
    owner.end();
  });

  test("T-DOS-16 lists grow to a limit, however often they are added to", async () => {
    await using running = await start();
    const owner = await admitted(running.address.url);
    for (let round = 0; round < 10; round += 1) {
      const many = Array.from({ length: 32 }, (_, index) => `${round}-${index}-${LONG}`.slice(0, 600));
      await owner.call("system-event", { text: "Node: box", instanceId: LONG, roles: many, scopes: many });
    }
    const presence = (await owner.request("system-presence"))["payload"] as readonly Frame[];
    const entry = presence.find(({ host }) => host === "box") as {
      roles: string[];
      scopes: string[];
    } & Frame;
    for (const list of [entry.roles, entry.scopes]) {
      expect(list.length).toBeLessThanOrEqual(32);
      for (const text of list) expect(text.length).toBeLessThanOrEqual(256);
    }
    expect(String(entry["instanceId"]).length).toBeLessThanOrEqual(256);
    owner.end();
  });

  test("T-DOS-16 many clients that leave at once are told in few lists, the last of them complete", async () => {
    await using running = await start();
    const { url } = running.address;
    const watcher = await admitted(url);
    const crowd = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        admitted(url, { client: client("test", "test", { instanceId: `crowd-${index}` }), scopes: [] }),
      ),
    );
    for (const socket of crowd) socket.end();
    const gone = (payload: unknown) =>
      (payload as { presence: readonly Frame[] }).presence.filter(
        (entry) => String(entry["instanceId"]).startsWith("crowd-") && entry["reason"] === "disconnect",
      ).length;
    await watcher.frame(({ event, payload }) => event === "presence" && gone(payload) === 60);
    expect(watcher.eventNames().filter((name) => name === "presence").length).toBeLessThan(15);
    watcher.end();
  });

  test("T-DOS-16 connecting and leaving over and over leaves nothing behind", async () => {
    await using running = await start();
    const { url } = running.address;
    const owner = await admitted(url, { client: client("cli", "cli") });
    for (let round = 0; round < 150; round += 1) {
      const socket = await admitted(url, {
        client: client("gateway-client", "backend", { instanceId: "same" }),
        scopes: ALL_SCOPES,
        caps: Array.from({ length: 500 }, (_, cap) => `cap-${round}-${cap}`),
      });
      socket.end();
      await socket.closed;
    }
    const presence = (await owner.request("system-presence"))["payload"] as readonly Frame[];
    expect(presence.filter(({ instanceId }) => instanceId === "same")).toHaveLength(1);
    expect(await owner.call("health")).toMatchObject({ ok: true });
    owner.end();
  });
});
