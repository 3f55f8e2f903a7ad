import { describe, expect, test, vi } from "vitest";

import { createClient, type ClientStatus } from "./index.ts";
import { openNodeSocket } from "./node.ts";
import { startScriptedGateway } from "./testing/index.ts";

async function listening() {
  const gateway = await startScriptedGateway();
  const gaps: ClientStatus[] = [];
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const client = createClient({
    url: gateway.url,
    openSocket: openNodeSocket,
    logger,
    onStatus: (status) => status.type === "gap" && gaps.push(status),
  });
  await client.connect();
  const emit = (name: string, payload: unknown, seq?: number) => gateway.peers[0]?.event(name, payload, seq);
  const end = async () => {
    await client.close();
    await gateway.close();
  };
  return { gateway, client, emit, gaps, logger, [Symbol.asyncDispose]: end };
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
  test("is reported with what was expected and what came, and the event is still delivered", async () => {
    await using it = await listening();
    const ticks: unknown[] = [];
    it.client.on("tick", (payload) => ticks.push(payload.ts));
    it.emit("tick", { ts: 1 }, 1);
    it.emit("tick", { ts: 2 }, 5);
    await vi.waitFor(() => expect(ticks).toEqual([1, 2]));
    expect(it.gaps).toEqual([{ type: "gap", expected: 2, received: 5 }]);
  });
});
