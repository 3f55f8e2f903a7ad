import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { configFor, freePort, TOKEN } from "../testing/gateway.ts";

/** A web server that is no gateway. */
async function otherProgram(answer: RequestListener): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ANSWERS: RequestListener = (_request, response) => response.end("hello");
const SILENT: RequestListener = () => undefined;
const LOCAL = (port: number) => configFor(port);
const REMOTE = (port: number) => ({
  gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}`, token: TOKEN } },
});

test("a machine that uses a gateway elsewhere is not told to start one, which would be refused", async () => {
  await using home = await createTestHome();
  const port = await freePort();
  await home.configure(REMOTE(port));
  const env = { OPENCLAW_GATEWAY_PORT: String(port) };
  const { stdout } = await home.openclaw(["gateway", "status", "--json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    rpc: {
      ok: false,
      hint: "gateway.mode is remote, so none is to run here; look at the one that is used: openclaw health",
    },
  });
});

describe("what is no gateway", () => {
  test.each([
    [
      "another program here",
      ANSWERS,
      LOCAL,
      "another program has the port; see which, and what to do: openclaw doctor",
    ],
    [
      "another program elsewhere",
      ANSWERS,
      REMOTE,
      "another program answers there: correct the address or the tunnel",
    ],
    ["silence here", SILENT, LOCAL, "see why it does not answer: openclaw doctor"],
    [
      "silence elsewhere",
      SILENT,
      REMOTE,
      "check the address, the tunnel, and whether the gateway there is busy",
    ],
  ])("%s: the next step is one that was not just taken", async (_what, answer, config, hint) => {
    await using program = await otherProgram(answer);
    await using home = await createTestHome();
    await home.configure(config(program.port));
    const { stdout } = await home.openclaw(["health", "--json", "--timeout", "500"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { hint } });
  });
});
