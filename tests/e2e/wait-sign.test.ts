import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { hasTerminal, TemporaryUser } from "../support/gateway-process.ts";
import { Terminal } from "../support/terminal.ts";

/** A port where somebody listens and never says anything. */
async function silence(): Promise<AsyncDisposable & { readonly env: Record<string, string> }> {
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const env = { OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: "some-token" };
  return { env, [Symbol.asyncDispose]: async () => void server.close() };
}

const HEALTH = ["health", "--timeout", "2000"];
const SIGN = /Waiting for the gateway at ws:\/\/127\.0\.0\.1:\d+/;

describe("while the gateway does not answer", () => {
  test.skipIf(!hasTerminal)("a person sees what is waited for, and then only what came of it", async () => {
    await using user = await TemporaryUser.create();
    await using place = await silence();
    const terminal = new Terminal(user.spawnOnTerminal(HEALTH, { ...place.env, TERM: "xterm" }));
    await terminal.see(SIGN);
    expect(await terminal.ended).toBe(1);
    expect(terminal.text).toContain("gateway timeout after 2000ms");
    expect(terminal.text.trimEnd().split("\n").at(-1)).not.toMatch(SIGN);
  });

  test("nothing is shown to a program", async () => {
    await using user = await TemporaryUser.create();
    await using place = await silence();
    const { code, stdout, stderr } = await user.openclaw(HEALTH, { env: place.env });
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(SIGN);
  });

  test.skipIf(!hasTerminal)("nor beside JSON", async () => {
    await using user = await TemporaryUser.create();
    await using place = await silence();
    const terminal = new Terminal(
      user.spawnOnTerminal([...HEALTH, "--json"], { ...place.env, TERM: "xterm" }),
    );
    expect(await terminal.ended).toBe(1);
    expect(terminal.text).not.toMatch(SIGN);
    expect(JSON.parse(terminal.text)).toMatchObject({ ok: false, error: { code: "timeout" } });
  });

  test.skipIf(!hasTerminal)("nor after a mistake in the command line", async () => {
    await using user = await TemporaryUser.create();
    await using place = await silence();
    const words = ["health", "--timeout", "soon"];
    const terminal = new Terminal(user.spawnOnTerminal(words, { ...place.env, TERM: "xterm" }));
    expect(await terminal.ended).toBe(1);
    expect(terminal.text).toContain("invalid --timeout: soon");
    expect(terminal.text).not.toMatch(SIGN);
  });
});
