import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startScriptedGateway } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";
import { connect, startEmbedded, TOKEN } from "../support/embedded.ts";
import { collect, freePort, kill, root, waitFor } from "../support/gateway-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const SCRIPT = join(root, "examples/operator-script/main.js");

function watch(url: string, token: string) {
  const env = { PATH: process.env["PATH"], URL: url, TOKEN: token };
  const child = spawn(process.execPath, [SCRIPT], { env });
  return {
    child,
    output: collect(child),
    [Symbol.asyncDispose]: () => kill(child, "SIGKILL").then(() => {}),
  };
}

// Only the examples that need a client; the others have their tests with what they show.
describe("operator-script", () => {
  test("is thirty lines at most", async () => {
    expect((await readFile(SCRIPT, "utf8")).trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  });

  test("watches the runs of a gateway, through a lost network, and ends by itself after Ctrl-C", async () => {
    await using gateway = await startEmbedded();
    await using network = await TcpProxy.start(gateway.address.port);
    const operator = await connect(gateway.address.url);
    await using script = watch(network.url, TOKEN);
    await waitFor(script.output, /connected to /);
    await operator.run("agent", { message: "hi", idempotencyKey: "first" }).final;
    await waitFor(script.output, /run first: start[\s\S]*run first: end/);
    network.cut();
    await waitFor(script.output, /waiting: gateway closed[\s\S]*connected to /);
    await operator.run("agent", { message: "hi", idempotencyKey: "second" }).final;
    await waitFor(script.output, /run second: end/);
    const ended = once(script.child, "exit");
    script.child.kill("SIGINT");
    expect((await ended)[0]).toBe(0);
    await operator.close();
  });

  test("says when it missed events, and that it is up to date again", async () => {
    const methods = { health: () => ({ ok: true }), "system-presence": () => [] };
    await using gateway = await startScriptedGateway({ methods });
    await using script = watch(gateway.url, TOKEN);
    await waitFor(script.output, /connected to /);
    gateway.peers[0]?.event("tick", { ts: 1 }, 1);
    gateway.peers[0]?.event("tick", { ts: 2 }, 5);
    await waitFor(script.output, /missed events 2 to 4\nup to date, 0 present/);
  });

  test.each([
    ["the gateway is down", async () => `ws://127.0.0.1:${await freePort()}`, /Start the gateway/],
    ["its token is wrong", undefined, /present token or password/],
  ])("ends with 1 and what to do at once when %s", async (_, url, nextStep) => {
    await using gateway = await startEmbedded();
    await using script = watch((await url?.()) ?? gateway.address.url, "wrong");
    expect((await once(script.child, "exit"))[0]).toBe(1);
    expect(script.output.text).toMatch(nextStep);
  });
});
