import { RpcError } from "@openclaw/protocol";
import { describe, expect, test, vi } from "vitest";

import { deferred } from "./deferred.ts";
import { createClient, type ClientStatus } from "./index.ts";
import { openNodeSocket } from "./node.ts";
import { startScriptedGateway, type Script } from "./testing/index.ts";

const HEALTH = { ok: true, ts: 1 };
const PRESENCE = [{ ts: 1, host: "gateway-host" }];

async function listening(scopes = ["operator.read"], methods: Script["methods"] = {}) {
  const gateway = await startScriptedGateway({
    methods: { health: () => HEALTH, "system-presence": () => PRESENCE, ...methods },
  });
  const notices: ClientStatus[] = [];
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const client = createClient({
    url: gateway.url,
    openSocket: openNodeSocket,
    scopes,
    logger,
    onStatus: (status) => (status.type === "gap" || status.type === "refreshed") && notices.push(status),
  });
  await client.connect();
  const emit = (name: string, payload: unknown, seq?: number) => gateway.peers[0]?.event(name, payload, seq);
  const asked = () => gateway.requests.map(({ method }) => method);
  const end = async () => {
    await client.close();
    await gateway.close();
  };
  return { gateway, client, emit, asked, notices, logger, [Symbol.asyncDispose]: end };
}

describe("on", () => {
  test("calls the listeners of that event with its payload, until they are removed", async () => {
    await using it = await listening();
    const ticks: unknown[] = [];
    const remove = it.client.on("tick", (payload) => ticks.push(payload.ts));
    it.emit("tick", { ts: 1 }, 1);
    it.emit("presence", { presence: [] }, 2);
    await vi.waitFor(() => expect(ticks).toEqual([1]));
    remove();
    const second: unknown[] = [];
    it.client.on("tick", (payload) => second.push(payload.ts));
    it.emit("tick", { ts: 2 }, 3);
    await vi.waitFor(() => expect(second).toEqual([2]));
    expect(ticks).toEqual([1]);
  });

  test("takes names nobody has a contract for", async () => {
    await using it = await listening();
    const seen: unknown[] = [];
    it.client.on("acme.launched", (payload) => seen.push(payload));
    it.emit("acme.launched", { rocket: 1 });
    await vi.waitFor(() => expect(seen).toEqual([{ rocket: 1 }]));
  });

  test("a listener that throws is logged and disturbs neither the others nor the connection", async () => {
    await using it = await listening();
    const seen: unknown[] = [];
    it.client.on("tick", () => {
      throw new Error("broken listener");
    });
    it.client.on("tick", (payload) => seen.push(payload.ts));
    it.emit("tick", { ts: 7 }, 1);
    await vi.waitFor(() => expect(seen).toEqual([7]));
    expect(it.logger.error).toHaveBeenCalledOnce();
    expect(it.client.hello).toBeDefined();
  });

  test("frames that are neither response nor event are ignored", async () => {
    await using it = await listening();
    const seen: unknown[] = [];
    it.client.on("tick", (payload) => seen.push(payload.ts));
    it.gateway.peers[0]?.send("not json");
    it.gateway.peers[0]?.send('{"type":"surprise"}');
    it.emit("tick", { ts: 9 }, 1);
    await vi.waitFor(() => expect(seen).toEqual([9]));
  });
});

describe("a gap in the numbering", () => {
  test("is told with what was expected and what came, the event delivered, and the state asked for anew", async () => {
    await using it = await listening();
    const ticks: unknown[] = [];
    it.client.on("tick", (payload, frame) => ticks.push([payload.ts, frame.seq]));
    it.emit("tick", { ts: 1 }, 1);
    it.emit("tick", { ts: 2 }, 5);
    await vi.waitFor(() => expect(it.notices).toHaveLength(2));
    const snapshot = { health: HEALTH, presence: PRESENCE };
    expect(ticks).toEqual([
      [1, 1],
      [2, 5],
    ]);
    expect(it.notices).toEqual([
      { type: "gap", expected: 2, received: 5 },
      { type: "refreshed", snapshot },
    ]);
    expect(it.client.snapshot).toEqual(snapshot);
  });

  test("that opens during a refresh causes one more, not one each", async () => {
    const first = deferred<unknown>();
    const answers = [first.promise];
    await using it = await listening(["operator.read"], { health: () => answers.shift() ?? HEALTH });
    for (const seq of [1, 3, 5, 7, 9]) it.emit("tick", { ts: seq }, seq);
    await vi.waitFor(() => expect(it.notices).toHaveLength(4));
    first.resolve({ ok: true, ts: 0 });
    await vi.waitFor(() => expect(it.notices.at(-1)).toMatchObject({ type: "refreshed" }));
    expect(it.asked().filter((method) => method === "health")).toHaveLength(2);
    expect(it.client.snapshot?.health).toEqual(HEALTH);
  });

  test("asks only for health without the scope to see who is present", async () => {
    await using it = await listening([]);
    it.emit("tick", { ts: 1 }, 1);
    it.emit("tick", { ts: 2 }, 3);
    await vi.waitFor(() => expect(it.notices.at(-1)).toMatchObject({ type: "refreshed" }));
    expect(it.asked()).toEqual(["health"]);
    expect(it.client.snapshot).toEqual({ health: HEALTH, presence: [] });
  });

  test.each([
    ["gap", 5],
    ["tick", 4],
  ])("is logged when the state cannot be had, and the next %s asks again", async (_, seq) => {
    let isDown = true;
    const health = () => {
      if (isDown) throw new RpcError("UNAVAILABLE", "not now");
      return HEALTH;
    };
    await using it = await listening(["operator.read"], { health });
    it.emit("tick", { ts: 1 }, 1);
    it.emit("tick", { ts: 2 }, 3);
    await vi.waitFor(() => expect(it.logger.warn).toHaveBeenCalledOnce());
    isDown = false;
    it.emit("tick", { ts: 3 }, seq);
    await vi.waitFor(() => expect(it.notices.at(-1)).toMatchObject({ type: "refreshed" }));
  });

  test("keeps what events told behind the answers, in whatever order these came", async () => {
    const health = deferred<unknown>();
    await using it = await listening(["operator.read"], { health: () => health.promise });
    it.client.on("presence", () => health.resolve(HEALTH));
    it.emit("tick", { ts: 1 }, 1);
    it.emit("tick", { ts: 2 }, 3);
    await vi.waitFor(() => expect(it.client.snapshot?.presence).toEqual(PRESENCE));
    it.emit("presence", { presence: [] }, 4);
    await vi.waitFor(() => expect(it.notices.at(-1)).toMatchObject({ type: "refreshed" }));
    expect(it.client.snapshot).toEqual({ health: HEALTH, presence: [] });
  });
});

describe("snapshot", () => {
  test("starts with the hello's and follows the events of health and presence", async () => {
    await using it = await listening();
    expect(it.client.snapshot).toEqual({ health: {}, presence: [] });
    it.emit("health", { ok: true, ts: 2 }, 1);
    it.emit("presence", { presence: PRESENCE }, 2);
    await vi.waitFor(() => expect(it.client.snapshot?.presence).toEqual(PRESENCE));
    expect(it.client.snapshot?.health).toEqual({ ok: true, ts: 2 });
  });
});
