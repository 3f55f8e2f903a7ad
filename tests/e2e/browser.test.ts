import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { helloOk, startScriptedGateway } from "@openclaw/client/testing";
import { authFailure } from "@openclaw/protocol";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { connect, startEmbedded, TOKEN } from "../support/embedded.ts";
import { collect, kill, root, waitFor } from "../support/gateway-process.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const executablePath = findChromium();
const reason = executablePath ? "" : " (skipped: there is no Chromium on this machine)";

/** A name that leads here, but is not this machine's: pages under it have no secure context. */
const FOREIGN_NAME = "gateway.test";

let browser: Browser;
let server: ChildProcess;
let pagePort: string;

beforeAll(async () => {
  if (!executablePath) return;
  const args = ["--no-sandbox", `--host-resolver-rules=MAP ${FOREIGN_NAME} 127.0.0.1`];
  server = spawn(process.execPath, [join(root, "examples/browser-client/serve.js")], {
    env: { PATH: process.env["PATH"], PORT: "0" },
  });
  pagePort = (await waitFor(collect(server), /open http:\/\/127\.0\.0\.1:(\d+)/))[1]!;
  browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  if (!executablePath) return;
  await browser.close();
  await kill(server, "SIGKILL");
});

/** A page of its own browser profile. */
async function openPage(host: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://${host}:${pagePort}/`);
  return page;
}

async function submit(page: Page, url: string, token: string): Promise<void> {
  await page.getByLabel("Gateway").fill(url);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Connect" }).click();
}

const status = (page: Page) => page.getByRole("status").textContent();
const say = (page: Page, text: RegExp | string) =>
  vi.waitFor(async () => expect(await status(page)).toMatch(text), { timeout: 20_000, interval: 50 });

describe.skipIf(!executablePath)(`the browser client in Chromium${reason}`, () => {
  test.each([
    ["with a secure context", "127.0.0.1"],
    ["without one, signing in JavaScript", FOREIGN_NAME],
  ])("connects, waits for its approval, streams, and comes back from a lost network, %s", async (_, host) => {
    const allowedOrigins = [`http://${host}:${pagePort}`];
    await using gateway = await startEmbedded({
      gateway: { auth: { token: TOKEN }, controlUi: { allowedOrigins } },
    });
    await using network = await TcpProxy.start(gateway.address.port);
    const operator = await connect(gateway.address.url);
    const page = await openPage(host);
    expect(await page.evaluate("window.isSecureContext")).toBe(host !== FOREIGN_NAME);

    await submit(page, network.url, TOKEN);
    await say(page, /^approve /);
    const requestId = (await status(page))!.replace("approve ", "");
    await operator.request("device.pair.approve", { requestId });
    await say(page, "connected, protocol 4");

    await page.getByLabel("Message").fill("hello from a page");
    await page.getByRole("button", { name: "Send" }).click();
    const answer = page.getByRole("listitem");
    await vi.waitFor(async () => expect(await answer.textContent()).toContain("hello from a page"), 20_000);

    network.isUp = false;
    network.cut();
    await say(page, "the gateway is gone");
    network.isUp = true;
    await say(page, "connected, protocol 4");

    // The token the device got stands in for the secret from now on.
    await page.reload();
    await submit(page, network.url, "");
    await say(page, "connected, protocol 4");
    await operator.close();
    await page.context().close();
  });

  test("asks for the present state after missed events, and says so", async () => {
    const methods = { health: () => ({ ok: true }), "system-presence": () => [] };
    await using gateway = await startScriptedGateway({ methods });
    const page = await openPage("127.0.0.1");
    await submit(page, gateway.url, "");
    await say(page, "connected, protocol 4");
    gateway.peers[0]?.event("tick", { ts: 1 }, 1);
    gateway.peers[0]?.event("tick", { ts: 2 }, 9);
    await say(page, "up to date after missed events");
    expect(gateway.requests.map(({ method }) => method).sort()).toEqual(["health", "system-presence"]);
    await page.context().close();
  });

  test("stops for good when its token is wrong, also after a connection that stood", async () => {
    let token = "right";
    await using gateway = await startScriptedGateway({
      connect: (params) => {
        if (params.auth?.token === token) return helloOk(params);
        throw refusal();
      },
    });
    const page = await openPage("127.0.0.1");
    await submit(page, gateway.url, "right");
    await say(page, "connected");
    token = "another";
    gateway.peers[0]?.close(4001, "gateway auth changed");
    await say(page, /unauthorized: .*present token or password/);
    expect(gateway.connects).toHaveLength(2);
    await page.context().close();
  });
});

function refusal(): Error {
  return authFailure(4, {
    reason: "token_mismatch",
    client: { id: "webchat-ui", mode: "webchat" },
    isLocal: true,
  });
}
