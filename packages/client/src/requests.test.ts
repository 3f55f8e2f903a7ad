import type { AgentEventPayload } from "@openclaw/protocol";
import { RpcError } from "@openclaw/protocol";
import { describe, expect, test, vi } from "vitest";

import { ConnectionError, createClient } from "./index.ts";
import { connectNode, openNodeSocket } from "./node.ts";
import { helloOk, startScriptedGateway, type Script } from "./testing/index.ts";

const silence = () => new Promise(() => undefined);
const RUN = { message: "hi", idempotencyKey: "run-1" };

function agentEvent(runId: string, seq: number, text: string): AgentEventPayload {
  return { runId, seq, stream: "assistant", ts: seq, data: { text, delta: text } };
}

async function connected(methods: Script["methods"] = {}) {
  const gateway = await startScriptedGateway({ methods });
  const client = await connectNode({ url: gateway.url, scopes: ["operator.admin"] });
  const end = async () => {
    await client.close();
    await gateway.close();
  };
  return { gateway, client, [Symbol.asyncDispose]: end };
}

describe("request", () => {
  test("refuses to send what the gateway would end the connection over, or what is no JSON", async () => {
    const policy = { maxPayload: 200, maxBufferedBytes: 1_000, tickIntervalMs: 30_000 };
    await using gateway = await startScriptedGateway({
      connect: (params) => helloOk(params, { policy }),
      methods: { health: () => "fine" },
    });
    const client = await connectNode({ url: gateway.url });
    const large = { text: "ä".repeat(100) };
    await expect(client.request("health", large as never)).rejects.toMatchObject({ code: "too_large" });
    await expect(client.request("acme.count", 1n)).rejects.toThrow(TypeError);
    expect(await client.request("health")).toBe("fine");
    await client.close();
  });

  test("resolves with the payload and sends the params as given", async () => {
    await using it = await connected({ "logs.tail": ({ params }) => ({ echoed: params }) });
    expect(await it.client.request("logs.tail", { limit: 5 })).toEqual({ echoed: { limit: 5 } });
  });

  test("leaves params out of the frame when there are none", async () => {
    await using it = await connected({ health: ({ params }) => ({ hadParams: params !== undefined }) });
    expect(await it.client.request("health")).toEqual({ hadParams: false });
  });

  test("lets many requests run at the same time", async () => {
    let release: (value: unknown) => void = () => undefined;
    const gate = new Promise((resolve) => (release = resolve));
    await using it = await connected({ health: () => gate, status: () => (release("late"), "early") });
    const [health, status] = await Promise.all([it.client.request("health"), it.client.request("status")]);
    expect([health, status]).toEqual(["late", "early"]);
  });

  test("rejects with the gateway's RpcError", async () => {
    await using it = await connected();
    const failure = await it.client.request("no.such.method").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RpcError);
    expect(failure).toMatchObject({ code: "INVALID_REQUEST", message: "unknown method: no.such.method" });
  });

  test("rejects with timeout when the answer does not come", async () => {
    await using it = await connected({ health: silence });
    await expect(it.client.request("health", {}, { timeoutMs: 30 })).rejects.toMatchObject({
      code: "timeout",
    });
  });

  test("rejects with the reason of an aborted signal", async () => {
    await using it = await connected({ health: silence });
    const reason = new Error("stop");
    const request = it.client.request("health", {}, { signal: AbortSignal.abort(reason) });
    await expect(request).rejects.toBe(reason);
  });

  test("rejects with what ended the connection", async () => {
    await using it = await connected({
      health: ({ peer }) => (peer.close(1012, "service restart"), silence()),
    });
    const failure = await it.client.request("health").catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "closed",
      closeCode: 1012,
      message: "gateway closed (1012): service restart",
    });
  });

  test("fails at once while there is no connection", async () => {
    const client = createClient({ url: "ws://127.0.0.1:9", openSocket: openNodeSocket });
    const failure = await client.request("health").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConnectionError);
    expect(failure).toMatchObject({ code: "not_connected", message: "not connected to the gateway" });
  });

  test("says how the connection ended when there is none any more", async () => {
    await using it = await connected();
    it.gateway.peers[0]?.close(1012, "service restart");
    await vi.waitFor(() => expect(it.client.hello).toBeUndefined());
    await expect(it.client.request("health")).rejects.toMatchObject({
      code: "not_connected",
      message: "not connected to the gateway: gateway closed (1012): service restart",
    });
  });
});

describe("run", () => {
  const accepted = { runId: "run-1", status: "accepted", acceptedAt: 1 };
  const final = { runId: "run-1", status: "ok", summary: "completed", result: { payloads: [], meta: {} } };

  test("tells acceptance, the run's own events and the final answer apart", async () => {
    await using it = await connected({
      agent: ({ accept, peer }) => {
        accept(accepted);
        peer.event("agent", agentEvent("other-run", 1, "not mine"), 1);
        peer.event("agent", agentEvent("run-1", 1, "Hel"), 2);
        peer.event("agent", agentEvent("run-1", 2, "Hello"), 3);
        return final;
      },
    });
    const run = it.client.run("agent", RUN);
    expect(await run.accepted).toEqual(accepted);
    const texts: unknown[] = [];
    for await (const event of run.events) texts.push(event.data.text);
    expect(texts).toEqual(["Hel", "Hello"]);
    expect(await run.final).toEqual(final);
  });

  test("a failed run rejects the final answer with error and payload, and ends the events", async () => {
    const payload = { runId: "run-1", status: "error", summary: "invalid api key" };
    await using it = await connected({
      agent: ({ accept }) => {
        accept(accepted);
        throw new RpcError("UNAVAILABLE", "invalid api key", { payload });
      },
    });
    const run = it.client.run("agent", RUN);
    await run.accepted;
    for await (const event of run.events) expect.unreachable(`no event expected, got ${event.stream}`);
    await expect(run.final).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "invalid api key",
      payload,
    });
  });

  test("a refused run rejects both stages", async () => {
    await using it = await connected({
      agent: () => {
        throw new RpcError("INVALID_REQUEST", "invalid agent params: unknown agent id");
      },
    });
    const run = it.client.run("agent", RUN);
    await expect(run.accepted).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(run.final).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  test("a replayed run's single answer counts as both stages", async () => {
    await using it = await connected({ agent: () => final });
    const run = it.client.run("agent", RUN);
    expect(await run.accepted).toEqual(final);
    expect(await run.final).toEqual(final);
  });

  test("a lost connection rejects the final answer and ends the events", async () => {
    await using it = await connected({
      agent: ({ accept, peer }) => {
        accept(accepted);
        peer.cut();
        return silence();
      },
    });
    const run = it.client.run("agent", RUN);
    const events = (async () => {
      for await (const event of run.events) expect.unreachable(event.stream);
    })();
    await expect(run.final).rejects.toMatchObject({ code: "closed", closeCode: 1006 });
    await events;
  });

  test("has its own deadline for the final answer", async () => {
    await using it = await connected({ agent: ({ accept }) => (accept(accepted), silence()) });
    const run = it.client.run("agent", RUN, { finalTimeoutMs: 40 });
    await expect(run.final).rejects.toMatchObject({ code: "timeout" });
  });
});
