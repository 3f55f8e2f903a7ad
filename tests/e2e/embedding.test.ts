import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { createGateway } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";
import { connect, TOKEN } from "../support/embedded.ts";
import { upgrade } from "../threats/support/http.ts";
import { collect, freePort, kill, root, waitFor } from "../support/gateway-process.ts";

const TWO_GATEWAYS = `
import { createServer } from "node:http";
import { createGateway } from "@openclaw/gateway-core";
import { connectNode } from "@openclaw/client/node";

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "exit", "uncaughtException", "unhandledRejection", "warning"];
const listeners = () => signals.map((name) => process.listenerCount(name)).join();
const before = listeners();
const globals = [globalThis.Request, globalThis.Response];
const config = { gateway: { auth: { token: "a-token-for-embedding-tests" } } };
const dial = (url) => connectNode({ url, auth: { token: "a-token-for-embedding-tests" }, scopes: ["operator.read", "operator.write"] });
const send = (client, message) => new Promise((resolve, reject) => {
  client.on("chat", (event) => { if (event.state === "final") resolve(event.message.content[0].text); if (event.state === "error") reject(new Error(event.errorMessage)); });
  client.request("chat.send", { sessionKey: "main", message, idempotencyKey: crypto.randomUUID() }).catch(reject);
});

const server = createServer((request, response) => { if (!own.handleRequest(request, response)) response.end("host"); });
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const own = createGateway({ config, server });
const other = createGateway({ config, port: 0 });
const hostUrl = "http://127.0.0.1:" + server.address().port;
await own.start();
const { url } = await other.start();

const first = await dial(hostUrl.replace("http", "ws"));
const second = await dial(url);
console.log("first:", await send(first, "one"));
const slow = send(second, "@delay 20\\n@words 40");
await new Promise((resolve) => second.on("chat", resolve));
const goodbye = new Promise((resolve) => first.on("shutdown", resolve));
await own.close();
console.log("goodbye:", JSON.stringify(await goodbye));
console.log("host:", await (await fetch(hostUrl + "/health")).text());
console.log("second:", (await slow).endsWith("w40"));
await Promise.all([other.close(), other.close()]);
await Promise.all([first.close(), second.close()]);
server.close(); server.closeAllConnections();
console.log("listeners unchanged:", listeners() === before, "globals unchanged:", globals[0] === globalThis.Request && globals[1] === globalThis.Response);
`;

/** A server of a host with a gateway on it. */
async function host(webSocketPath?: string) {
  const server = createServer((request, response) => {
    if (!gateway.handleRequest(request, response)) response.end(`host: ${request.url}`);
  });
  const gateway = createGateway({
    server,
    config: { gateway: { auth: { token: TOKEN } } },
    ...(webSocketPath !== undefined && { webSocketPath }),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = await gateway.start();
  return {
    server,
    url: `ws://127.0.0.1:${port}`,
    ask: (path: string) => upgrade({ port }, { path }),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

describe("upgrades on a host's server", () => {
  test("the gateway takes those of its own path, the host's listener gets the others", async () => {
    await using running = await host("/gateway");
    const seen: unknown[] = [];
    running.server.on("upgrade", (request, socket) => {
      if (request.url === "/gateway") return;
      seen.push(request.url);
      socket.end("HTTP/1.1 418 I'm a teapot\r\nConnection: close\r\n\r\n");
    });
    for (const path of ["/", "/live?x", "/gateway/x", "/v1/chat"])
      expect(await running.ask(path)).toMatchObject({ status: 418 });
    expect(seen).toEqual(["/", "/live?x", "/gateway/x", "/v1/chat"]);
    const client = await connect(`${running.url}/gateway`);
    expect(await client.request("health", {})).toMatchObject({ ok: true });
    await client.close();
  });

  test("without a listener of the host the others are requests like any other", async () => {
    await using running = await host();
    expect(await running.ask("/live?x")).toMatchObject({ status: 200, body: "host: /live?x" });
    expect(await running.ask("/health")).toMatchObject({ status: 200, body: '{"ok":true,"status":"live"}' });
    expect(await running.ask("/?x")).toMatchObject({ status: 101 });
    const client = await connect(running.url);
    await client.close();
  });
});

describe("embedding", () => {
  test("two gateways live in one process, close one by one, and leave nothing behind that keeps it alive", async () => {
    const run = promisify(execFile);
    // No process.exit in the program: it must end by itself.
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", TWO_GATEWAYS], {
      cwd: join(root, "tests"),
      timeout: 30_000,
    });
    expect(stdout.trim().split("\n")).toEqual([
      expect.stringMatching(/^first: You said: one/),
      'goodbye: {"reason":"gateway stopping"}',
      "host: host",
      "second: true",
      "listeners unchanged: true globals unchanged: true",
    ]);
  });

  test("the example answers as host and as gateway, and ends by itself after Ctrl-C", async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(root, "examples/embed-gateway/main.js")], {
      env: { PATH: process.env["PATH"], PORT: String(port) },
    });
    const output = collect(child);
    await waitFor(output, /share http:/);
    const base = `http://127.0.0.1:${port}`;
    expect(await (await fetch(base)).text()).toBe("the host's own page\n");
    expect(await (await fetch(`${base}/health`)).json()).toMatchObject({ ok: true, status: "live" });
    const ended = once(child, "exit");
    child.kill("SIGINT");
    expect((await ended)[0]).toBe(0);
    await kill(child, "SIGKILL");
  });
});
