import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connectNode } from "@openclaw/client/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GatewayProcess, freePort, kill, TemporaryUser } from "../support/gateway-process.ts";
import { SshServer, whyNoSsh } from "../support/ssh-server.ts";

/** What a failing command prints under `--json`. */
const errorOf = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout) as { error: { code: string; message: string; hint?: string } }).error;

async function configure(user: TemporaryUser, remote: object, more: object = {}): Promise<void> {
  await mkdir(join(user.home, ".openclaw"), { recursive: true });
  const config = { gateway: { mode: "remote", remote, ...more } };
  await writeFile(join(user.home, ".openclaw/openclaw.json"), JSON.stringify(config));
}

const obstacle = whyNoSsh();
const title = `a gateway elsewhere, by the runbook's SSH tunnel${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

describe.skipIf(obstacle !== undefined)(title, () => {
  let server: TemporaryUser;
  let operator: TemporaryUser;
  let gateway: GatewayProcess;
  let ssh: SshServer;
  let url: string;
  let near: number;

  beforeAll(async () => {
    server = await TemporaryUser.create();
    operator = await TemporaryUser.create();
    gateway = await server.startGateway();
    ssh = await SshServer.start();
    near = await freePort();
    await ssh.tunnel(near, gateway.port);
    url = `ws://127.0.0.1:${near}`;
  });
  afterAll(async () => {
    await ssh?.[Symbol.asyncDispose]();
    await operator?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test("is what every command talks to in remote mode", async () => {
    await configure(operator, { url, token: gateway.token });
    const status = await operator.openclaw(["status", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      gateway: { mode: "remote", url, urlSource: "config gateway.remote.url", reachable: true, error: null },
    });
    const { stdout } = await operator.openclaw(["gateway", "call", "status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ pid: gateway.child.pid });
    for (const words of [
      "health --json",
      "channels status --json",
      "sessions --json",
      "logs --limit 1 --json",
    ]) {
      const { code, stderr } = await operator.openclaw(words.split(" "));
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
    }
    const answer = await operator.openclaw(["agent", "-m", "hello from afar"]);
    expect([answer.code, answer.stdout]).toEqual([0, expect.stringContaining("hello from afar")]);
  });

  test("is found by gateway probe, beside this machine's own", async () => {
    await configure(operator, { url, token: gateway.token });
    const { code, stdout } = await operator.openclaw(["gateway", "probe", "--json"]);
    const { targets } = JSON.parse(stdout) as { targets: object[] };
    expect([code, targets]).toEqual([
      0,
      expect.arrayContaining([
        expect.objectContaining({
          kind: "configRemote",
          url,
          connect: expect.objectContaining({ ok: true }),
        }),
        expect.objectContaining({ kind: "localLoopback", connect: expect.objectContaining({ ok: false }) }),
      ]),
    ]);
  });

  test("lets nobody in without its token: the tunnel is no credential", async () => {
    // Somebody new: a device that was let in before has a token of its own.
    await using stranger = await TemporaryUser.create();
    await configure(stranger, { url });
    const refused = await stranger.openclaw(["health", "--json"]);
    expect([refused.code, errorOf(refused).code]).toEqual([1, "unauthorized"]);
    expect(errorOf(refused).hint).toMatch(/: openclaw config set gateway\.remote\.token <token>$/);
    const client = connectNode({ url, client: { id: "cli", mode: "cli", version: "1", platform: "linux" } });
    await expect(client).rejects.toMatchObject({ code: "unauthorized" });
    await configure(stranger, { url, token: "not-the-token-of-that-gateway" });
    expect(errorOf(await stranger.openclaw(["health", "--json"])).code).toBe("unauthorized");
    // What the hint says lets them in.
    const set = await stranger.openclaw(["config", "set", "gateway.remote.token", gateway.token]);
    expect(set).toMatchObject({ code: 0 });
    expect((await stranger.openclaw(["health", "--json"])).code).toBe(0);
  });

  test("takes credentials for --url from the command line only", async () => {
    await configure(operator, { url, token: gateway.token });
    const env = { OPENCLAW_GATEWAY_TOKEN: gateway.token };
    const bare = await operator.openclaw(["health", "--json", "--url", url], { env });
    expect([bare.code, errorOf(bare)]).toEqual([
      1,
      expect.objectContaining({ message: "gateway url override requires explicit credentials" }),
    ]);
    const given = await operator.openclaw(["health", "--json", "--url", url, "--token", gateway.token]);
    expect(given.code).toBe(0);
    const wrong = await operator.openclaw(["health", "--json", "--url", url, "--token", "another-token"], {
      env,
    });
    expect([wrong.code, errorOf(wrong).code]).toEqual([1, "unauthorized"]);
  });

  test("is told from one that cannot be reached when the tunnel is gone", async () => {
    const at = await freePort();
    const tunnel = await ssh.tunnel(at, gateway.port);
    await configure(operator, { url: `ws://127.0.0.1:${at}`, token: gateway.token });
    expect((await operator.openclaw(["health", "--json"])).code).toBe(0);
    await kill(tunnel, "SIGTERM");
    const gone = await operator.openclaw(["health", "--json"]);
    expect([gone.code, errorOf(gone)]).toEqual([
      1,
      expect.objectContaining({ code: "unreachable", hint: expect.stringContaining("the tunnel") }),
    ]);
  });
});

describe("remote mode", () => {
  test.each([
    ["this machine's own address", (port: number) => `ws://0.0.0.0:${port}`],
    ["a name that only begins like loopback", (port: number) => `ws://127.evil.test:${port}`],
    ["a documentation address", (port: number) => `ws://192.0.2.10:${port}`],
  ])("T-SVC-01 refuses plain ws:// to %s before anything is sent", async (_what, urlOf) => {
    await using user = await TemporaryUser.create();
    let connections = 0;
    const listener = createServer(() => (connections += 1));
    await new Promise<void>((resolve) => listener.listen(0, "0.0.0.0", resolve));
    const url = urlOf((listener.address() as AddressInfo).port);
    await configure(user, { url, token: "a-token-that-must-not-travel" });
    for (const words of [
      ["health"],
      ["status"],
      ["health", "--url", url, "--token", "a-token-that-must-not-travel"],
    ]) {
      const { stdout, stderr } = await user.openclaw([...words, "--json"]);
      expect(stdout + stderr).toContain("SECURITY ERROR: Gateway URL ");
      expect(stdout + stderr).not.toContain("must-not-travel");
    }
    expect(connections).toBe(0);
    listener.close();
  });

  test("starts no gateway here, and says which setting to change", async () => {
    await using user = await TemporaryUser.create();
    await configure(user, { url: "ws://127.0.0.1:1" });
    const { code, stderr } = await user.openclaw(["gateway"]);
    expect(code).toBe(78);
    expect(stderr).toContain("Gateway start blocked: set gateway.mode=local (current: remote)");
  });

  test("without an address names what is missing", async () => {
    await using user = await TemporaryUser.create();
    await configure(user, {});
    const { code, stderr } = await user.openclaw(["health"]);
    expect(code).toBe(1);
    expect(stderr).toContain("gateway remote mode misconfigured: gateway.remote.url missing");
    expect(stderr).toContain("Fix: set gateway.remote.url, or set gateway.mode=local.");
  });
});
