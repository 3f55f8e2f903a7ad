import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { startTestServer } from "./testing/test-server.ts";
import { startPings, startTick } from "./tick.ts";

describe("startTick", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("ticks at every interval until it is stopped", () => {
    const tick = vi.fn();
    const stop = startTick(30_000, tick);
    vi.advanceTimersByTime(89_999);
    expect(tick).toHaveBeenCalledTimes(2);
    stop();
    vi.advanceTimersByTime(90_000);
    expect(tick).toHaveBeenCalledTimes(2);
  });
});

describe("startPings", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const fakePeer = () => ({ isPongDue: false, ping: vi.fn(), terminate: vi.fn() });

  it("pings everybody, and ends who has not answered a whole interval later", async () => {
    const [quick, silent] = [fakePeer(), fakePeer()];
    startPings(25_000, () => [quick, silent]);
    await vi.advanceTimersByTimeAsync(25_001);
    silent.isPongDue = true;
    await vi.advanceTimersByTimeAsync(24_998);
    expect(silent.terminate).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(silent.terminate).toHaveBeenCalledTimes(1);
    expect(quick.ping).toHaveBeenCalledTimes(2);
    expect(quick.terminate).not.toHaveBeenCalled();
  });

  it("reads what has arrived before it judges", async () => {
    const peer = { ...fakePeer(), isPongDue: true };
    startPings(25_000, () => [peer]);
    vi.advanceTimersToNextTimer();
    peer.isPongDue = false;
    await vi.advanceTimersByTimeAsync(0);
    expect(peer.terminate).not.toHaveBeenCalled();
  });

  it("stops", async () => {
    const peer = fakePeer();
    const stop = startPings(25_000, () => [peer]);
    vi.advanceTimersToNextTimer();
    stop();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(peer.ping).not.toHaveBeenCalled();
  });
});

describe("a running server", () => {
  it("sends a numbered `tick` with the time to every connection, nodes and scopeless ones included", async () => {
    const server = await startTestServer({ limits: { tickIntervalMs: 10 }, now: () => 123 });
    onTestFinished(server.close);
    const clients = [await server.client({ role: "node" }), await server.client({ scopes: [] })];
    for (const client of clients) {
      expect(await client.event("tick")).toEqual({
        type: "event",
        event: "tick",
        payload: { ts: 123 },
        seq: 1,
      });
      expect(await client.event("tick")).toMatchObject({ seq: 2 });
    }
  });

  it("ends a connection that answers no ping, though it sends other things, and keeps one that does", async () => {
    const server = await startTestServer({
      limits: { pingIntervalMs: 30 },
      methods: { health: () => ({}) as never },
    });
    onTestFinished(server.close);
    const healthy = await server.client();
    const silent = await server.open({ autoPong: false });
    await silent.connect();
    silent.socket.on("ping", () => silent.send({ type: "req", id: "busy", method: "health" }));
    expect(await silent.closed).toEqual({ code: 1006, reason: "" });
    expect(silent.frames.filter(({ id }) => id === "busy").length).toBeGreaterThan(0);
    expect(await healthy.request("health")).toMatchObject({ ok: true });
  });
});
