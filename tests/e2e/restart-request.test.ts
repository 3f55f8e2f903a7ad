import { createGateway } from "@openclaw/gateway-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type GatewayProcess, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { connectParams, RawSocket } from "../support/raw-socket.ts";

/** An administrator's connection. */
async function connected(url: string, token: string, scopes = ["operator.admin"]): Promise<RawSocket> {
  const socket = await RawSocket.open(url);
  expect(await socket.connect(connectParams(token, { scopes }))).toMatchObject({ ok: true });
  return socket;
}

/** Calls once; the method names the request. */
const call = (socket: RawSocket, method: string, params: object = {}) =>
  socket.request(method, method, params);

describe("gateway.restart.request", () => {
  let user: TemporaryUser;
  let gateway: GatewayProcess;
  beforeEach(async () => {
    user = await TemporaryUser.create();
    gateway = await user.startGateway();
  });
  afterEach(() => user[Symbol.asyncDispose]());

  const restarted = () =>
    waitFor(gateway.output, /listening on[^]*restart mode: in-process restart[^]*listening on/);

  test("restarts the gateway in its process, and says goodbye first", async () => {
    const socket = await connected(gateway.url, gateway.token);
    expect(await call(socket, "gateway.restart.request", { reason: "new\nkeys" })).toMatchObject({
      ok: true,
      payload: {
        ok: true,
        status: "scheduled",
        preflight: { safe: true, blockers: [] },
        restart: { ok: true, pid: gateway.child.pid, reason: "new\nkeys", delayMs: 0, coalesced: false },
      },
    });
    expect(await socket.frame(({ event }) => event === "shutdown")).toMatchObject({
      payload: { reason: "gateway restarting", restartExpectedMs: 1500 },
    });
    expect(await socket.closed).toEqual({ code: 1012, reason: "service restart" });
    await restarted();
    expect(gateway.output.text).toContain('reason="new\\nkeys"');
    const again = await connected(gateway.url, gateway.token);
    expect(await call(again, "system.info")).toMatchObject({ payload: { pid: gateway.child.pid } });
    // The next one keeps its distance.
    expect(await call(again, "gateway.restart.request")).toMatchObject({
      payload: { status: "deferred", restart: { reason: "gateway.restart.request" } },
    });
    again.close();
  });

  test("waits for a run, names it, and comes when the run is over", async () => {
    const socket = await connected(gateway.url, gateway.token);
    const run = { sessionKey: "main", message: "@wait 60000", idempotencyKey: "long" };
    expect(await call(socket, "chat.send", run)).toMatchObject({ payload: { status: "started" } });
    expect(await call(socket, "gateway.restart.request")).toMatchObject({
      payload: {
        status: "deferred",
        preflight: { safe: false, blockers: [{ kind: "agent-run", count: 1 }] },
      },
    });
    expect(await call(socket, "chat.abort", { sessionKey: "main" })).toMatchObject({ ok: true });
    expect(await socket.closed).toEqual({ code: 1012, reason: "service restart" });
    await restarted();
  });

  test("is for administrators", async () => {
    const socket = await connected(gateway.url, gateway.token, ["operator.write"]);
    expect(await call(socket, "gateway.restart.request")).toMatchObject({
      ok: false,
      error: { message: "missing scope: operator.admin" },
    });
    socket.close();
  });
});

test("gateway.restart.request is refused where the host program restarts nothing", async () => {
  const gateway = createGateway({
    config: { gateway: { auth: { token: "embedded-token-of-a-test" } } },
    port: 0,
  });
  const { url } = await gateway.start();
  const socket = await connected(url, "embedded-token-of-a-test");
  expect(await call(socket, "gateway.restart.request")).toMatchObject({
    ok: false,
    error: { code: "UNAVAILABLE", message: "the program this gateway is part of does not restart it" },
  });
  await gateway.close();
});
