import type { AuthEffect, Grant, Invalidation } from "@openclaw/auth";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Disconnect } from "./connection-view.ts";
import { defineMethods } from "./methods.ts";
import type { RpcServerOptions } from "./options.ts";
import {
  admitted,
  fakeAuthenticator,
  grantAll,
  memoryLogger,
  startTestServer,
} from "./testing/test-server.ts";

const END: Invalidation = { code: 4001, reason: "device removed" };
const NEVER = { recheckIntervalMs: 3_600_000 };

/** A server whose clients with the capability `ended` have lost their admission as soon as `end` is called. */
async function start(options: Partial<RpcServerOptions> = {}) {
  let isOver = false;
  const ends: Disconnect[] = [];
  const server = await startTestServer({
    limits: NEVER,
    authenticator: fakeAuthenticator((attempt) =>
      admitted(grantAll(attempt), () => (isOver && attempt.params.caps?.includes("ended") ? END : undefined)),
    ),
    onDisconnect: (_view, end) => void ends.push(end),
    ...options,
  });
  onTestFinished(server.close);
  return { ...server, ends, end: () => (isOver = true) };
}

describe("recheck", () => {
  it("T-AUTH-16 closes the connections whose admission has ended, and no others", async () => {
    const { client, rpc, end } = await start();
    const ended = await client({ caps: ["ended"] });
    const other = await client();
    end();
    rpc.recheck();
    expect(await ended.closed).toEqual(END);
    rpc.broadcast("tick", { ts: 1 });
    expect(await other.event("tick")).toMatchObject({ seq: 1 });
    expect(rpc.connections.size).toBe(1);
  });

  it("T-AUTH-16 sends nothing to a connection after its close, and takes nothing from it", async () => {
    const calls: string[] = [];
    const methods = defineMethods({ health: () => void calls.push("health") as never });
    const { client, rpc, end } = await start({ methods });
    const ended = await client({ caps: ["ended"] });
    const before = ended.frames.length;
    end();
    rpc.recheck();
    await new Promise((resolve) => setImmediate(resolve));
    rpc.broadcast("tick", { ts: 1 });
    ended.send({ type: "req", id: "late", method: "health" });
    await ended.closed;
    expect(ended.frames).toHaveLength(before);
    expect(calls).toEqual([]);
  });

  it("waits for the answer of the call that ended the caller's own admission", async () => {
    const running: { over?: () => void } = {};
    const methods = defineMethods({
      health: async () => {
        running.over?.();
        return { done: true } as never;
      },
    });
    const { client, rpc, end } = await start({ methods });
    running.over = () => {
      end();
      rpc.recheck();
    };
    const ended = await client({ caps: ["ended"] });
    expect(await ended.request("health")).toMatchObject({ ok: true, payload: { done: true } });
    expect(await ended.closed).toEqual(END);
  });

  it("happens by itself at the interval", async () => {
    const { client, end } = await start({ limits: { recheckIntervalMs: 10 } });
    const ended = await client({ caps: ["ended"] });
    end();
    expect(await ended.closed).toEqual(END);
  });

  it("T-AUTH-16 drops what waits unsent for a client that does not read", async () => {
    const { client, rpc, end, ends } = await start();
    const ended = await client({ caps: ["ended"] });
    ended.socket.pause();
    const lines = Array.from({ length: 40 }, (_, at) => `${at} ${"x".repeat(1_000_000)}`);
    for (const line of lines) rpc.broadcast("presence", { presence: [{ ts: 1, text: line }] });
    end();
    rpc.recheck();
    await new Promise((resolve) => setImmediate(resolve));
    // It reads again while a mere close would still be waiting for it.
    ended.socket.resume();
    expect((await ended.closed).code).toBe(1006);
    expect(ended.frames.filter(({ event }) => event === "presence").length).toBeLessThan(lines.length);
    expect(ends).toEqual([END]);
  });

  it("tells operators whom it closed and why, and nothing else about them", async () => {
    const { lines, logger } = memoryLogger();
    const { client, rpc, end } = await start({ logger });
    const ended = await client({ caps: ["ended"] });
    end();
    rpc.recheck();
    await ended.closed;
    expect(lines).toContainEqual({
      level: "info",
      message: "client invalidated",
      meta: { connId: expect.any(String) as string, principal: { kind: "shared" }, reason: "device removed" },
    });
  });
});

describe("announce", () => {
  const effect = (deviceId: string): AuthEffect => ({
    type: "device.pair.resolved",
    payload: { requestId: `r-${deviceId}`, deviceId, decision: "approved", ts: 1 },
  });

  it("T-PAIR-04 T-AZ-12 tells a device that came by its token about itself only", async () => {
    const grants: Record<string, Partial<Grant>> = {
      device: { method: "device-token", deviceId: "d1", scopes: ["operator.pairing"] },
      admin: { method: "device-token", deviceId: "d2", scopes: ["operator.admin"] },
      owner: { scopes: ["operator.pairing"] },
      reader: { scopes: ["operator.read", "operator.write", "operator.approvals"] },
      node: { role: "node", method: "device-token", deviceId: "d1", scopes: ["operator.pairing"] },
    };
    const { client, rpc } = await startTestServer({
      authenticator: fakeAuthenticator((attempt) =>
        admitted({ ...grantAll(attempt), ...grants[attempt.params.caps?.[0] ?? ""] }),
      ),
    }).then((server) => {
      onTestFinished(server.close);
      return server;
    });
    const clients = await Promise.all(Object.keys(grants).map((cap) => client({ caps: [cap] })));
    rpc.announce([effect("d1"), effect("d3")]);
    rpc.broadcast("shutdown", { reason: "gateway stopping" });
    const heard = await Promise.all(
      clients.map(async (watcher) => {
        await watcher.event("shutdown");
        return watcher.frames.flatMap(({ event, payload }) =>
          event === "device.pair.resolved" ? [payload?.["deviceId"]] : [],
        );
      }),
    );
    expect(heard).toEqual([["d1"], ["d1", "d3"], ["d1", "d3"], [], []]);
  });
});
