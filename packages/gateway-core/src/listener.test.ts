import { once } from "node:events";
import { connect } from "node:net";
import type { Server } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { type Handlers, listen, listenAfter, type ListenOptions } from "./listener.ts";

async function start(handlers: Partial<Handlers> = {}, options: Partial<ListenOptions> = {}) {
  const skipped: string[] = [];
  const errors: unknown[] = [];
  const listener = await listen(
    { hosts: ["127.0.0.1"], port: 0 },
    { request: (_request, response) => response.end("hello"), upgrade: () => {}, ...handlers },
    { onSkipped: (host) => skipped.push(host), onError: (error) => errors.push(error), ...options },
  );
  onTestFinished(() => listener.close());
  return { listener, skipped, errors };
}

test("T-HTTP-08 a head that does not come costs its sender the connection, not half a minute later", async () => {
  const { listener } = await start({}, { headersTimeoutMs: 100 });
  const socket = connect(listener.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
  await once(socket, "close");
});

test("T-DOS-15 a listening socket that cannot take a connection is reported, and listens on", async () => {
  const { listener, errors } = await start({
    request: (request, response) => {
      // Safe: an HTTP connection knows its server; Node reports there what accepting brought.
      const { server } = request.socket as unknown as { readonly server: Server };
      for (const code of ["ENOBUFS", "ENOMEM"])
        server.emit("error", Object.assign(new Error(code), { code }));
      response.end();
    },
  });
  const url = `http://127.0.0.1:${listener.port}/`;
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url)).status).toBe(200);
  expect(errors).toMatchObject([
    { code: "ENOBUFS" },
    { code: "ENOMEM" },
    { code: "ENOBUFS" },
    { code: "ENOMEM" },
  ]);
});

test("a first address that is taken is an error, a further one only a remark", async () => {
  const { listener } = await start();
  const { port } = listener;
  const nobody: Handlers = { request: () => {}, upgrade: () => {} };
  const quiet: ListenOptions = { onSkipped: () => {}, onError: () => {} };
  await expect(listen({ hosts: ["127.0.0.1"], port }, nobody, quiet)).rejects.toMatchObject({
    code: "PORT_BUSY",
  });
  const skipped: string[] = [];
  const second = await listen({ hosts: ["127.0.0.2", "127.0.0.1"], port }, nobody, {
    ...quiet,
    onSkipped: (host) => skipped.push(host),
  });
  expect([second.hosts, skipped]).toEqual([["127.0.0.2"], ["127.0.0.1"]]);
  await second.close();
});

test.each([
  ["in one piece", 0],
  ["with a body that comes later", 50],
])("a request that offers another protocol is answered as the request it is, %s", async (_name, pauseMs) => {
  const { listener } = await start({
    request: (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () =>
        response.end(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`),
      );
    },
    upgrade: (_request, socket) => socket.destroy(),
  });
  // What the HTTP client of Java sends unless told otherwise.
  const head =
    "POST /v1/x?y HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
    "HTTP2-Settings: AAEAAEAAAAIAAAAB\r\nContent-Length: 5\r\n\r\n";
  const socket = connect(listener.port, "127.0.0.1");
  const next = "GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  if (pauseMs === 0) socket.write(`${head}hello${next}`);
  else {
    socket.write(`${head}he`);
    setTimeout(() => socket.write(`llo${next}`), pauseMs);
  }
  let answers = "";
  socket.on("data", (data: Buffer) => (answers += data.toString()));
  await once(socket, "close");
  expect(answers).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*POST \/v1\/x\?y hello/);
  expect(answers).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*GET \/second $/);
});

test("WebSocket upgrades go to their listener, whatever the case of the word", async () => {
  const seen: unknown[] = [];
  const { listener } = await start({
    upgrade: (request, socket) => {
      seen.push(request.headers.upgrade);
      socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    },
  });
  const socket = connect(listener.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect([answer.toString(), seen]).toEqual(["HTTP/1.1 101 Switching Protocols\r\n\r\n", ["WebSocket"]]);
});

test("handed-over sockets ask everybody to come back, until the next gateway hears them", async () => {
  const { listener } = await start();
  const sockets = listener.handOver();
  if (sockets === undefined) throw new Error("own sockets are not handed over");
  const url = `http://127.0.0.1:${listener.port}/`;
  const between = await fetch(url);
  expect([between.status, between.headers.get("retry-after")]).toEqual([503, "1"]);
  const socket = connect(listener.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 1\r\n/);
  const handlers: Handlers = { request: (_, response) => response.end("next"), upgrade: () => {} };
  const options: ListenOptions = { onSkipped: () => {}, onError: () => {} };
  const next = await listenAfter(sockets, { hosts: ["127.0.0.1"], port: 0 }, { handlers, options });
  expect(next.port).toBe(listener.port);
  expect(await (await fetch(url)).text()).toBe("next");
});
