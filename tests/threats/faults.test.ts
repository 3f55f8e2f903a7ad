import { once } from "node:events";
import { connect as tcp } from "node:net";
import type { EmbeddedOptions } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";
import { admitted, Attacker, connectParams, errorOf, type Frame } from "./support/attacker.ts";
import { start, startBehindProxy, TOKEN } from "./support/gateway.ts";
import { bearer, http } from "./support/http.ts";

const broken = (): never => {
  throw new Error("a fault that was injected: /home/somebody/secret");
};
// Its type says that nobody looks at what it gives back; that is the fault.
const rejected = (() => Promise.reject(new Error("a fault that was injected"))) as () => void;
const CHAT = {
  method: "POST",
  path: "/v1/chat/completions",
  body: '{"model":"openclaw","messages":[{"role":"user","content":"hi"}]}',
} as const;

/** Everything a healthy gateway does, over both transports. */
async function expectService(url: string, address: { port: number }): Promise<void> {
  const socket = await admitted(url);
  expect(await socket.call("health")).toMatchObject({ ok: true });
  const idempotencyKey = `alive-${Math.random()}`;
  await socket.call("chat.send", { sessionKey: "alive", message: "hello", idempotencyKey });
  const final = await socket.frame(({ payload }) => {
    const { runId, state } = (payload ?? {}) as Frame;
    return runId === idempotencyKey && state === "final";
  });
  expect(JSON.stringify(final)).toContain("hello");
  socket.end();
  expect((await http(address, { ...CHAT, headers: bearer(TOKEN) })).status).toBe(200);
}

describe("a callback of the host that fails", () => {
  const LOGGERS: readonly (readonly [string, EmbeddedOptions["logger"]])[] = [
    ["throws", { debug: broken, info: broken, warn: broken, error: broken }],
    ["rejects", { debug: rejected, info: rejected, warn: rejected, error: rejected }],
  ];
  test.each(LOGGERS)(
    "T-DOS-15 a logger that %s breaks neither the start nor any client",
    async (_, logger) => {
      await using running = await startBehindProxy({}, { logger: logger! });
      const { url } = running.address;
      // Everything that makes a line: refusals, broken frames, lockouts, failed runs, unknown proxies.
      for (let guess = 0; guess < 12; guess += 1) {
        const socket = await Attacker.open(url, { from: "203.0.113.1" });
        expect((await socket.connect(connectParams({ auth: { token: "wrong" } })))["ok"]).toBe(false);
        expect((await socket.closed).code).toBe(1008);
      }
      const garbage = await Attacker.open(url);
      garbage.send("not json");
      expect(await garbage.closed).toEqual({ code: 1000, reason: "" });
      const failing = await admitted(url);
      await failing.call("chat.send", { sessionKey: "x", message: "@error auth no", idempotencyKey: "x" });
      await failing.frame(({ payload }) => (payload as Frame | undefined)?.["state"] === "error");
      failing.end();
      expect(
        (await http(running.address, { headers: { "X-Forwarded-For": "1.1.1.1" }, path: "/v1/models" }))
          .status,
      ).toBe(403);
      await expectService(url, running.address);
    },
  );

  test("T-DOS-15 a log file that cannot be named costs its reader one error without details", async () => {
    await using running = await start({}, { logFile: broken });
    const socket = await admitted(running.address.url);
    const error = errorOf(await socket.request("logs.tail", {}));
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    expect(JSON.stringify(error)).not.toContain("/home/somebody");
    socket.end();
    await expectService(running.address.url, running.address);
  });
});

describe("a model that fails", () => {
  test.each([
    "@error auth broken",
    "@error unknown",
    "@error overflow",
    "@drop",
    "@flaky 1 timeout",
    "@tool x {",
    "@tools 7",
  ])("T-DOS-15 %s ends its own run, once, and no other", async (message) => {
    await using running = await start();
    const socket = await admitted(running.address.url);
    await socket.call("chat.send", { sessionKey: "other", message: "@wait 60000", idempotencyKey: "other" });
    await socket.call("chat.send", { sessionKey: "failing", message, idempotencyKey: "failing" });
    const isEnd = ({ event, payload }: Frame) =>
      event === "chat" &&
      (payload as Frame)["runId"] === "failing" &&
      (payload as Frame)["state"] !== "delta";
    await socket.frame(isEnd);
    expect(await socket.call("health")).toMatchObject({ ok: true });
    expect(socket.frames.filter(isEnd)).toHaveLength(1);
    expect(await socket.call("chat.abort", { sessionKey: "other" })).toMatchObject({
      aborted: true,
      runIds: ["other"],
    });
    socket.end();
    await expectService(running.address.url, running.address);
  });
});

describe("a peer that goes away at the worst moment", () => {
  test("T-DOS-15 before, during and after every step: nobody else notices", async () => {
    await using running = await start();
    const { url, port } = running.address;
    const upgrade = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    // Cut anywhere in the upgrade, and reset rather than ended.
    for (let length = 1; length < upgrade.length; length += 7) {
      const socket = tcp(port, "127.0.0.1").on("error", () => {});
      socket.write(upgrade.slice(0, length), () => socket.resetAndDestroy());
      await once(socket, "close");
    }
    // Reset while it is being refused: the answer meets a socket that is gone.
    for (const path of ["/v1/models", "/"].flatMap((each) => Array<string>(40).fill(each))) {
      const socket = tcp(port, "127.0.0.1").on("error", () => {});
      const headers = path === "/" ? "X-Forwarded-For: 203.0.113.1\r\nHost" : "Host";
      socket.write(upgrade.replace("GET /", `GET ${path}`).replace("Host", headers), () =>
        socket.resetAndDestroy(),
      );
      await once(socket, "close");
    }
    const connect = JSON.stringify({ type: "req", id: "c", method: "connect", params: connectParams() });
    const run = (key: string) => ({
      type: "req",
      id: key,
      method: "agent",
      params: { message: "@words 200", sessionKey: key, idempotencyKey: key },
    });
    for (let moment = 0; moment < 24; moment += 1) {
      const socket = await Attacker.open(url);
      socket.send(connect);
      if (moment % 2 === 0) await socket.frame(({ id }) => id === "c");
      socket.send(run(`moment-${moment}`));
      if (moment % 3 === 0) await socket.frame(({ event }) => event === "agent").catch(() => undefined);
      if (moment % 4 === 0) socket.socket.close(4_999, "bye");
      else socket.end();
    }
    await expectService(url, running.address);
    expect(running.log.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("T-DOS-15 a request cut off in its body, and one nobody waits for, cost nobody else anything", async () => {
    await using running = await start();
    const { port } = running.address;
    const head = `POST ${CHAT.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    for (const rest of [
      `Content-Length: 100\r\n\r\n${CHAT.body}`,
      `Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      `Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
      `Content-Length: ${CHAT.body.length}\r\n\r\n${CHAT.body}`,
    ]) {
      const socket = tcp(port, "127.0.0.1").on("error", () => {});
      await new Promise<void>((resolve) => socket.write(head + rest, () => resolve()));
      socket.resetAndDestroy();
      await once(socket, "close");
    }
    await expectService(running.address.url, running.address);
  });
});
