import { once } from "node:events";
import { connect } from "node:net";
import { testPolicy } from "@openclaw/auth/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RpcServerOptions } from "./options.ts";
import { fakeAuthenticator, startTestServer } from "./testing/test-server.ts";
import { connectParams, WireClient } from "./testing/wire-client.ts";
import { PreAuthBudget } from "./pre-auth-budget.ts";

const GOOD_HEADERS = {
  Host: "localhost",
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA==",
};

async function start(options?: Partial<RpcServerOptions>) {
  const server = await startTestServer(options);
  onTestFinished(server.close);
  return server;
}

/** Sends a raw upgrade and returns the head of the answer, and the body once the server has closed. */
async function upgrade(port: number, path: string, headers: Record<string, string> = GOOD_HEADERS) {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  while (!text.includes("\r\n\r\n")) await Promise.race([once(socket, "data"), once(socket, "close")]);
  const status = Number(text.split(" ", 2)[1]);
  if (status !== 101)
    await new Promise((resolve) => (socket.closed ? resolve(undefined) : socket.once("close", resolve)));
  return { status, head: text.toLowerCase(), body: text.slice(text.indexOf("\r\n\r\n") + 4), socket };
}

describe("upgrade paths", () => {
  it.each(["/", "/?token=x", "/any/path", "/v1x", "/healthy", "/__openclaw__/chat"])(
    "opens a socket at %s",
    async (path) => {
      const { port } = await start();
      expect((await upgrade(port, path)).status).toBe(101);
    },
  );

  it.each([
    "/v1",
    "/v1/chat/completions",
    "/V1/models",
    "/api/channels",
    "/hooks/wake",
    "/tools/invoke",
    "/sessions/x/kill?y=1",
    "/health",
    "/readyz",
    "/startup?x",
  ])("T-HTTP-09 answers 404 at %s and closes", async (path) => {
    const { port } = await start();
    const { status, head } = await upgrade(port, path);
    expect(status).toBe(404);
    expect(head).toContain("connection: close");
  });

  it.each([
    { name: "an old WebSocket version", headers: { ...GOOD_HEADERS, "Sec-WebSocket-Version": "7" } },
    { name: "a bad key", headers: { ...GOOD_HEADERS, "Sec-WebSocket-Key": "short" } },
    { name: "another protocol", headers: { ...GOOD_HEADERS, Upgrade: "h2c" } },
  ])("T-HTTP-09 answers 4xx to $name and closes", async ({ headers }) => {
    const { port, client } = await start();
    const { status } = await upgrade(port, "/", headers);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    // Its place in the budget is free again and the server is well.
    await client();
  });

  it("negotiates neither compression nor a subprotocol", async () => {
    const { port } = await start();
    const { head } = await upgrade(port, "/", {
      ...GOOD_HEADERS,
      "Sec-WebSocket-Extensions": "permessage-deflate",
      "Sec-WebSocket-Protocol": "openclaw",
    });
    expect(head).not.toContain("sec-websocket-extensions");
    expect(head).not.toContain("sec-websocket-protocol");
  });
});

describe("proxy attribution", () => {
  it.each(["X-Forwarded-For", "Forwarded", "X-Real-IP"])(
    "T-PROXY-01 answers 403 to %s from a peer that is no trusted proxy",
    async (name) => {
      const { port } = await start();
      const { status, body } = await upgrade(port, "/", { ...GOOD_HEADERS, [name]: "203.0.113.9" });
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ error: { type: "proxy_attribution_required" } });
    },
  );

  it("reads the policy anew for every upgrade", async () => {
    let policy = testPolicy();
    const { port } = await start({ policy: () => policy });
    const headers = { ...GOOD_HEADERS, "X-Forwarded-For": "203.0.113.9" };
    expect((await upgrade(port, "/", headers)).status).toBe(403);
    policy = testPolicy({ trustedProxies: ["127.0.0.1"] });
    expect((await upgrade(port, "/", headers)).status).toBe(101);
  });
});

describe("pre-auth budget", () => {
  it("T-DOS-01 answers 503 when one peer has too many connects under way", async () => {
    let judged = 0;
    const { port, open } = await start({
      limits: { preAuthSocketsPerPeer: 2 },
      authenticator: fakeAuthenticator(() => {
        judged += 1;
        return new Promise(() => undefined);
      }),
    });
    for (const client of [await open(), await open()])
      client.send({ type: "req", id: "1", method: "connect", params: connectParams() });
    await expect.poll(() => judged).toBe(2);
    const { status, head, body } = await upgrade(port, "/");
    expect(status).toBe(503);
    expect(head).toContain("retry-after: 1");
    expect(JSON.parse(body)).toMatchObject({ error: { type: "too_many_connections" } });
  });

  it("T-AUTH-11 counts all addresses of one IPv6 line together", async () => {
    const { port } = await start({
      policy: () => testPolicy({ trustedProxies: ["127.0.0.1"] }),
      limits: { preAuthSocketsPerPeer: 1 },
    });
    const from = (ip: string) => upgrade(port, "/", { ...GOOD_HEADERS, "X-Forwarded-For": ip });
    const first = await from("2001:db8:0:1::1");
    const second = await from("2001:db8:0:1:ffff::2");
    if (!first.socket.closed) await once(first.socket, "close");
    expect((await from("2001:db8:0:2::1")).status).toBe(101);
    expect([second.status, second.socket.closed]).toEqual([101, false]);
  });

  it("T-DOS-01 answers 503 when all peers together hold too many", async () => {
    const { url, open } = await start({
      policy: () => testPolicy({ trustedProxies: ["127.0.0.1"] }),
      limits: { preAuthSockets: 3 },
    });
    for (const ip of ["203.0.113.1", "203.0.113.2", "203.0.113.3"])
      await open({ headers: { "X-Forwarded-For": ip } });
    const fourth = new WireClient(url, { headers: { "X-Forwarded-For": "203.0.113.4" } });
    const [, response] = (await once(fourth.socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(503);
  });

  it("T-DOS-01 gives the place back at hello and at close", async () => {
    const { client, open } = await start({ limits: { preAuthSocketsPerPeer: 1 } });
    await client();
    await client();
    const idle = await open();
    await idle.close();
    await client();
  });

  it("T-DOS-01 counts 5000 clients without growing", () => {
    const budget = new PreAuthBudget({ preAuthSockets: 2, preAuthSocketsPerPeer: 1 });
    const take = (client: string) => budget.take(client, { isParked: () => false, vacate: () => undefined });
    for (let peer = 0; peer < 5_000; peer += 1) {
      const giveBack = take(`10.0.${peer >> 8}.${peer & 255}`);
      expect(giveBack).toBeDefined();
      giveBack?.();
      giveBack?.();
    }
    expect(take("a")).toBeDefined();
    expect(take("a")).toBeUndefined();
    expect(take("b")).toBeDefined();
    expect(take("c")).toBeUndefined();
  });
});

describe("when every place is taken", () => {
  const LIMITS = { preAuthSockets: 6, preAuthSocketsPerPeer: 4 };

  /** A budget, and who had to go. */
  function crowded() {
    const budget = new PreAuthBudget(LIMITS);
    const vacated: string[] = [];
    const take = (client: string, name = client, isParked = true) =>
      budget.take(client, { isParked: () => isParked, vacate: () => void vacated.push(name) });
    return { take, vacated };
  }

  it("T-DOS-01 a client that has them all gives up the one it has parked longest for one more", () => {
    const { take, vacated } = crowded();
    take("one", "speaking", false);
    for (const name of ["parked 1", "parked 2", "parked 3", "newest 1", "newest 2"])
      expect(take("one", name)).toBeDefined();
    expect(vacated).toEqual(["parked 1", "parked 2"]);
  });

  it("T-DOS-01 nobody who speaks has to go", () => {
    const { take, vacated } = crowded();
    for (let each = 0; each < 4; each += 1) take("one", "one", false);
    expect(take("one")).toBeUndefined();
    take("pair", "pair", false);
    take("pair", "pair", false);
    expect(take("newcomer")).toBeUndefined();
    expect(vacated).toEqual([]);
  });

  it("T-DOS-01 makes room for whoever holds less, at the cost of the oldest place of whoever holds most", () => {
    const { take, vacated } = crowded();
    for (const name of ["crowd 1", "crowd 2", "crowd 3", "crowd 4"]) take("crowd", name);
    take("pair");
    take("pair");
    expect(take("newcomer")).toBeDefined();
    expect(take("newcomer")).toBeDefined();
    expect(vacated).toEqual(["crowd 1", "crowd 2"]);
    // Two each: nobody is given a place of his equal, only one of his own.
    expect(take("pair")).toBeDefined();
    expect(take("another")).toBeDefined();
    expect(vacated).toEqual(["crowd 1", "crowd 2", "pair", "crowd 3"]);
  });

  it("T-DOS-01 gives a vacated place back once", () => {
    const { take, vacated } = crowded();
    const places = ["a", "a", "a", "b", "b", "b"].map((client) => take(client));
    const newcomer = take("c");
    for (const giveBack of places) giveBack?.();
    newcomer?.();
    const again = Array.from({ length: 6 }, (_, index) => take(`d${index % 3}`));
    expect(again.every((place) => place !== undefined)).toBe(true);
    expect(vacated).toEqual(["a"]);
    take("d0");
    expect(vacated).toEqual(["a", "d0"]);
  });
});

describe("broken peers", () => {
  it("T-DOS-15 survives a peer that resets while it is refused, and a policy that throws", async () => {
    let isBroken = true;
    const { port, client } = await start({
      policy: () => {
        if (isBroken) throw new Error("no policy");
        return testPolicy();
      },
    });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await once(socket, "close");
    isBroken = false;
    const resetter = connect(port, "127.0.0.1");
    resetter.write("GET /v1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    resetter.resetAndDestroy();
    await client();
  });
});
