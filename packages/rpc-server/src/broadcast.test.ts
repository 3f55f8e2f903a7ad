import { EVENTS, OPERATOR_SCOPES, scopeCovers, type EventName } from "@openclaw/protocol";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { Broadcaster } from "./broadcast.ts";
import type { RpcServerOptions } from "./options.ts";
import { Session, type SessionTransport } from "./session.ts";
import { grantAll, memoryLogger, startTestServer } from "./testing/test-server.ts";
import { connectParams, type WireClient, type WireFrame } from "./testing/wire-client.ts";

async function start(options?: Partial<RpcServerOptions>) {
  const server = await startTestServer({ methods: { health: () => ({ done: true }) as never }, ...options });
  onTestFinished(server.close);
  return server;
}

/** Everything a client got up to now: the answer of `health` comes behind it. */
async function eventsOf(client: WireClient): Promise<WireFrame[]> {
  await client.request("health");
  return client.frames.filter(({ type, event }) => type === "event" && event !== "connect.challenge");
}

/** Payloads of broadcasts are opaque here. */
const anything = (value: unknown) => value as never;

const BROADCAST = Object.entries(EVENTS)
  .filter(([, contract]) => !contract.targeted)
  // Safe: names come from the table itself.
  .map(([name, { scope }]) => ({ name: name as EventName, scope }));

describe("fan-out", () => {
  const audiences = [
    { role: "operator", scopes: [] },
    ...OPERATOR_SCOPES.map((scope) => ({ role: "operator", scopes: [scope] })),
    { role: "node", scopes: [] },
    { role: "node", scopes: ["operator.admin"] },
  ];

  it.each([3, 4])(
    "T-AZ-12 sends each event of dialect %i to those who hold its scope, to nodes only open ones",
    async (dialect) => {
      const { rpc, client } = await start();
      const clients = await Promise.all(
        audiences.map((audience) => client({ ...audience, minProtocol: dialect, maxProtocol: dialect })),
      );
      for (const { name } of BROADCAST) rpc.broadcast(name, anything({ state: "final" }));
      for (const [at, { role, scopes }] of audiences.entries()) {
        const entitled = BROADCAST.filter(
          ({ scope }) => scope === "none" || (role === "operator" && scopeCovers(scopes, scope)),
        );
        const events = await eventsOf(clients[at]!);
        expect(events.map(({ event }) => event)).toEqual(entitled.map(({ name }) => name));
        expect(events.map(({ seq }) => seq)).toEqual(entitled.map((_, index) => index + 1));
      }
    },
  );

  it("T-AZ-12 sends nothing for an event without contract, or one that is never broadcast", async () => {
    const { lines, logger } = memoryLogger();
    const { rpc, client } = await start({ logger });
    const admin = await client();
    // Names as code without types could pass them.
    for (const name of ["no.such.event", "toString", "connect.challenge"])
      rpc.broadcast(name as EventName, anything({}));
    expect(await eventsOf(admin)).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(Array(3).fill("event not broadcast"));
  });

  it("reaches nobody before hello", async () => {
    const { rpc, open } = await start();
    const stranger = await open();
    rpc.broadcast("tick", { ts: 1 });
    await stranger.connect();
    expect(await eventsOf(stranger)).toEqual([]);
  });

  it("carries payload, number and stateVersion, and is narrowed by `only`", async () => {
    const { rpc, client } = await start();
    const [first, second] = [await client({ caps: ["tool-events"] }), await client()];
    const stateVersion = { presence: 2, health: 3 };
    rpc.broadcast("tick", { ts: 1 }, { stateVersion, only: ({ caps }) => caps.has("tool-events") });
    rpc.broadcast("tick", { ts: 2 });
    expect(await eventsOf(first)).toEqual([
      { type: "event", event: "tick", payload: { ts: 1 }, seq: 1, stateVersion },
      { type: "event", event: "tick", payload: { ts: 2 }, seq: 2 },
    ]);
    expect(await eventsOf(second)).toEqual([{ type: "event", event: "tick", payload: { ts: 2 }, seq: 1 }]);
  });

  it("serialises a shared payload once, whoever receives it", async () => {
    const { rpc, client } = await start();
    const clients = await Promise.all([3, 3, 4, 4].map((v) => client({ minProtocol: v, maxProtocol: v })));
    let serialised = 0;
    rpc.broadcast("health", anything({ toJSON: () => ({ times: (serialised += 1) }) }));
    for (const receiver of clients) expect((await receiver.event("health")).payload).toEqual({ times: 1 });
  });

  it("makes a payload once per dialect that has receivers, and skips a dialect without one", async () => {
    const { rpc, client } = await start();
    const three = await client({ minProtocol: 3, maxProtocol: 3 });
    const fours = [await client(), await client()];
    const made: number[] = [];
    rpc.broadcast("tick", (dialect) => {
      made.push(dialect);
      return dialect === 4 ? { ts: 4 } : undefined;
    });
    rpc.broadcast("tick", { ts: 0 });
    expect(made).toEqual([3, 4]);
    for (const four of fours)
      expect((await eventsOf(four)).map(({ payload, seq }) => [payload?.["ts"], seq])).toEqual([
        [4, 1],
        [0, 2],
      ]);
    expect((await eventsOf(three)).map(({ payload, seq }) => [payload?.["ts"], seq])).toEqual([[0, 1]]);
  });

  it("T-DOS-15 survives payloads and filters that throw", async () => {
    const { rpc, client } = await start();
    const [first, second] = [await client({ caps: ["boom"] }), await client()];
    const thrower = (): never => {
      throw new Error("boom");
    };
    rpc.broadcast("tick", thrower);
    rpc.broadcast("health", anything({ n: 1n }));
    rpc.broadcast("tick", { ts: 1 }, { only: ({ caps }) => (caps.has("boom") ? thrower() : true) });
    rpc.broadcast("tick", { ts: 2 });
    expect((await eventsOf(first)).map(({ seq, payload }) => [seq, payload?.["ts"]])).toEqual([[1, 2]]);
    expect((await eventsOf(second)).map(({ seq, payload }) => [seq, payload?.["ts"]])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});

describe("sendTo", () => {
  it("reaches one connection, without a number, and consumes none", async () => {
    const { rpc, client } = await start();
    const [first, second] = [await client(), await client()];
    const [connId] = rpc.connections.keys();
    expect(rpc.sendTo(connId ?? "", "tick", { ts: 1 })).toBe(true);
    rpc.broadcast("tick", { ts: 2 });
    expect(await eventsOf(first)).toEqual([
      { type: "event", event: "tick", payload: { ts: 1 } },
      { type: "event", event: "tick", payload: { ts: 2 }, seq: 1 },
    ]);
    expect(await eventsOf(second)).toHaveLength(1);
  });

  it("T-AZ-12 refuses an operator without the scope, and gives a node what is addressed to it", async () => {
    const { rpc, client } = await start();
    const scopeless = await client({ scopes: [] });
    const node = await client({ role: "node" });
    const [operatorId, nodeId] = rpc.connections.keys();
    const payload = { presence: [] };
    expect(rpc.sendTo(operatorId ?? "", "presence", payload)).toBe(false);
    expect(rpc.sendTo(nodeId ?? "", "presence", payload)).toBe(true);
    expect(rpc.sendTo("nobody", "presence", payload)).toBe(false);
    expect(await eventsOf(scopeless)).toEqual([]);
    expect(await eventsOf(node)).toEqual([{ type: "event", event: "presence", payload }]);
  });

  it("T-DOS-15 says no instead of throwing when the payload cannot be serialised", async () => {
    const { rpc, client } = await start();
    await client();
    const [connId] = rpc.connections.keys();
    expect(rpc.sendTo(connId ?? "", "tick", anything({ ts: 1n }))).toBe(false);
  });
});

describe("slow consumers", () => {
  const limits = { maxBufferedBytes: 100_000 };
  const big = "x".repeat(500_000);

  /** Fills the client's buffers: ours, the kernel's and its own, until we hold more than the limit. */
  async function stall(client: WireClient, rpc: Awaited<ReturnType<typeof start>>["rpc"], connId: string) {
    client.socket.pause();
    // Above the limit a droppable frame is no longer queued.
    while (rpc.sendTo(connId, "tick", anything({ big })))
      await new Promise((resolve) => setImmediate(resolve));
  }

  it("T-DOS-04 miss droppable events, see the gap in the numbers, and get the rest", async () => {
    const { rpc, client } = await start({ limits });
    const [slow, fast] = [await client(), await client()];
    const [connId = ""] = rpc.connections.keys();
    rpc.broadcast("tick", { ts: 1 });
    await stall(slow, rpc, connId);
    rpc.broadcast("tick", { ts: 2 });
    rpc.broadcast("chat", anything({ state: "delta" }));
    slow.socket.resume();
    expect((await eventsOf(fast)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await expect.poll(() => rpc.sendTo(connId, "tick", { ts: 0 })).toBe(true);
    rpc.broadcast("tick", { ts: 4 });
    expect((await eventsOf(slow)).filter(({ seq }) => seq).map(({ seq }) => seq)).toEqual([1, 4]);
  });

  it("T-DOS-04 are closed 1008 by an event that may not be missed, others are not", async () => {
    const ends: object[] = [];
    const { rpc, client } = await start({ limits, onDisconnect: (_view, end) => ends.push(end) });
    const [slow, fast] = [await client(), await client()];
    const [connId = ""] = rpc.connections.keys();
    await stall(slow, rpc, connId);
    rpc.broadcast("chat", anything({ state: "final" }));
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 1008, reason: "slow consumer" });
    expect((await eventsOf(fast)).map(({ event }) => event)).toEqual(["chat"]);
    expect(ends).toEqual([{ code: 1008, reason: "slow consumer" }]);
  });

  it("T-DOS-04 are closed 1008 by answers they do not read", async () => {
    let report: (end: object) => void = () => undefined;
    const ended = new Promise<object>((resolve) => (report = resolve));
    const { client } = await start({
      limits: { ...limits, closeGraceMs: 50 },
      methods: { health: () => ({ big }) as never },
      onDisconnect: (_view, end) => report(end),
    });
    const slow = await client();
    slow.socket.pause();
    for (let call = 0; call < 60; call += 1) slow.send({ type: "req", id: `${call}`, method: "health" });
    expect(await ended).toEqual({ code: 1008, reason: "slow consumer" });
  });
});

/** A transport that only counts, with as many unsent bytes as the test says. */
function fakeTransport() {
  const state = { isOpen: true, bufferedBytes: 0, sent: [] as WireFrame[], closes: [] as object[] };
  const transport: SessionTransport = {
    get isOpen() {
      return state.isOpen;
    },
    get bufferedBytes() {
      return state.bufferedBytes;
    },
    send: (message) => {
      const text = typeof message === "string" ? message : message.join("");
      state.sent.push(JSON.parse(text) as WireFrame);
    },
    close: (end) => {
      state.closes.push(end);
      state.isOpen = false;
    },
    expel: () => undefined,
  };
  return { state, transport };
}

function fakeSession(connId: string) {
  const { state, transport } = fakeTransport();
  const peer = { clientIp: "127.0.0.1", isLocal: true, isLoopbackPeer: true, proxyUnattributed: false };
  const params = connectParams({ scopes: ["operator.read"] });
  const grant = grantAll({ params, peer });
  const view = {
    connId,
    dialect: 4,
    grant,
    client: params.client,
    caps: new Set<string>(),
    peer,
    connectedAt: 0,
  } as const;
  const limits = { maxBufferedBytes: 100, inFlightPerConnection: 64, unauthorizedRoleStreak: 10 };
  return { state, session: new Session(view, transport, limits) };
}

function fakeBroadcaster(count: number, maxTotalBufferedBytes: number) {
  const fakes = Array.from({ length: count }, (_, at) => fakeSession(`c${at}`));
  const sessions = new Map(fakes.map(({ session }) => [session.view.connId, session]));
  return { fakes, broadcaster: new Broadcaster({ sessions, maxTotalBufferedBytes, logger: undefined }) };
}

describe("Broadcaster", () => {
  it("T-DOS-04 gives up the slowest receivers when all together hold too much", () => {
    const { fakes, broadcaster } = fakeBroadcaster(3, 150);
    [60, 90, 10].forEach((bytes, at) => (fakes[at]!.state.bufferedBytes = bytes));
    broadcaster.broadcast("tick", { ts: 1 });
    expect(fakes.map(({ state }) => state.closes.length)).toEqual([0, 1, 0]);
    expect(fakes[1]!.state.closes[0]).toMatchObject({ code: 1008, reason: "slow consumer" });
  });

  it("numbers what is addressed to a connection contiguously, however slow it is", () => {
    const step = fc.record({
      target: fc.nat(2),
      bufferedBytes: fc.constantFrom(0, 50, 101, 5_000),
      event: fc.constantFrom("tick", "chat", "agent", "device.pair.requested", "targeted"),
      state: fc.constantFrom("delta", "final"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { fakes, broadcaster } = fakeBroadcaster(3, 1_000_000);
        const expected = fakes.map((): number[] => []);
        let addressed = 0;
        for (const { target, bufferedBytes, event, state } of steps) {
          fakes[target]!.state.bufferedBytes = bufferedBytes;
          if (event === "targeted") {
            broadcaster.sendTo(`c${target}`, "tick", { ts: 0 });
            continue;
          }
          // Nobody here holds operator.pairing: those events take no number.
          if (event !== "device.pair.requested") addressed += 1;
          const isDroppable = event === "tick" || (event === "chat" && state === "delta");
          fakes.forEach(({ state: receiver }, at) => {
            const isSent = receiver.isOpen && receiver.bufferedBytes <= 100;
            if (isSent && event !== "device.pair.requested") expected[at]!.push(addressed);
          });
          const wasOpen = fakes.map(({ state: receiver }) => receiver.isOpen);
          broadcaster.broadcast(event as EventName, anything({ state }));
          fakes.forEach(({ state: receiver }, at) => {
            const isLost =
              wasOpen[at]! &&
              receiver.bufferedBytes > 100 &&
              !isDroppable &&
              event !== "device.pair.requested";
            expect(receiver.isOpen).toBe(wasOpen[at]! && !isLost);
          });
        }
        expect(
          fakes.map(({ state }) => state.sent.map(({ seq }) => seq).filter((seq) => seq !== undefined)),
        ).toEqual(expected);
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});
