import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { connectParams, RawSocket } from "../support/raw-socket.ts";

describe("the dev profile on a fresh home", () => {
  test("starts, tells where everything is without telling the token, and serves the commands of the runbook", async () => {
    await using user = await TemporaryUser.create();
    const gateway = await user.startGateway();
    const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port) };
    await waitFor(gateway.output, /Token: gateway\.auth\.token in .*openclaw\.json/);
    expect(gateway.output.text).toContain(gateway.url);
    expect(gateway.output.text).toContain(gateway.httpUrl);
    expect(gateway.token).toMatch(/^[0-9a-f]{48}$/);
    expect(gateway.output.text).not.toContain(gateway.token);

    const status = await user.openclaw(["--dev", "gateway", "status"], { env });
    expect(status.stdout).toMatch(/Runtime: running/);
    expect(status.stdout).toContain("RPC probe: ok");
    expect(status.code).toBe(0);
    const asJson = await user.openclaw(["--dev", "gateway", "status", "--json"], { env });
    expect(JSON.parse(asJson.stdout)).toMatchObject({ rpc: { ok: true } });

    const answer = await user.openclaw(["--dev", "agent", "--message", "hello"], { env });
    expect(answer.stdout).toContain("You said: hello");
    expect(answer.code).toBe(0);
    const health = await user.openclaw(["--dev", "health", "--json"], { env });
    expect(JSON.parse(health.stdout)).toMatchObject({ ok: true, sessions: { count: 1 } });
    const overview = await user.openclaw(["--dev", "status"], { env });
    expect(overview.stdout).toContain("reachable");
    const channels = await user.openclaw(["--dev", "channels", "status", "--probe"], { env });
    expect(channels.stdout).toContain("Gateway reachable.");
    const logs = await user.openclaw(["--dev", "logs", "--limit", "5", "--json"], { env });
    expect(JSON.parse(logs.stdout.split("\n")[0] ?? "")).toMatchObject({ type: "meta" });
    const call = await user.openclaw(["--dev", "gateway", "call", "system-presence", "--json"], { env });
    expect(JSON.parse(call.stdout)).toMatchObject([{ mode: "gateway", reason: "self" }]);
    const secret = await user.openclaw(["--dev", "config", "get", "gateway.auth.token"], { env });
    expect(secret.stdout.trim()).toBe("__OPENCLAW_REDACTED__");
  });

  test("T-CFG-08 keeps state, configuration and log to the owner, whatever the umask", async () => {
    await using user = await TemporaryUser.create();
    const old = process.umask(0);
    const gateway = await user.startGateway().finally(() => process.umask(old));
    const folder = join(user.home, ".openclaw-dev");
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(folder)).toBe("700");
    for (const name of ["openclaw.json", "gateway.sqlite", "gateway.lock", "identity/gateway.key"])
      expect(`${name} ${await mode(join(folder, name))}`).toBe(`${name} 600`);
    const [, log] = await waitFor(gateway.output, /log file: (\S+)/);
    expect(await mode(log ?? "")).toBe("600");
  });

  test("logs --follow into a pipe that closes ends without a stack", async () => {
    await using user = await TemporaryUser.create();
    const gateway = await user.startGateway();
    const pipeline = spawn("sh", ["-c", `"${process.execPath}" "${cli}" --dev logs --follow | head -1`], {
      env: user.env({ OPENCLAW_GATEWAY_PORT: String(gateway.port) }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = collect(pipeline);
    await waitFor(output, /\n/);
    // Something must be written for the closed pipe to be noticed.
    for (let index = 0; index < 5; index++) {
      await user.openclaw(["--dev", "gateway", "call", "no.such.method"], {
        env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) },
      });
      if (pipeline.exitCode !== null) break;
    }
    if (pipeline.exitCode === null) await once(pipeline, "exit");
    expect(output.text).not.toMatch(/\n\s+at |Error: write EPIPE/);
  });

  test("Ctrl-C ends it cleanly: a connected client hears shutdown, then 1012", async () => {
    await using user = await TemporaryUser.create();
    const gateway = await user.startGateway();
    const socket = await RawSocket.open(gateway.url);
    await socket.connect(connectParams(gateway.token));
    expect(await kill(gateway.child, "SIGINT")).toBe(0);
    expect(socket.frames.at(-1)).toMatchObject({ event: "shutdown" });
    expect(await socket.closed).toEqual({ code: 1012, reason: "service restart" });
  });

  test("commands say at once that the gateway is down, and what to type next", async () => {
    await using user = await TemporaryUser.create();
    const env = { OPENCLAW_GATEWAY_PORT: String(await freePort()) };
    await user.openclaw(["--dev", "setup"], { env });
    const health = await user.openclaw(["--dev", "health"], { env });
    expect(health.code).toBe(1);
    expect(health.stderr).toMatch(/gateway closed \(1006|Gateway not reachable|ECONNREFUSED/);
    expect(health.stderr).not.toMatch(/\n\s+at /);
    const json = await user.openclaw(["--dev", "health", "--json"], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "unreachable" } });
    const status = await user.openclaw(["--dev", "gateway", "status"], { env });
    expect(status.code).toBe(0);
    expect(status.stderr).toContain("RPC probe: failed");
  });

  test("two gateways of the runbook's example live side by side", async () => {
    await using user = await TemporaryUser.create();
    const children = [];
    for (const name of ["a", "b"]) {
      const port = await freePort();
      const child = user.spawn(["gateway", "--port", String(port)], {
        OPENCLAW_CONFIG_PATH: join(user.home, ".openclaw", `${name}.json`),
        OPENCLAW_STATE_DIR: join(user.home, `.openclaw-${name}`),
      });
      const output = collect(child);
      await waitFor(output, new RegExp(`listening on ws://127\\.0\\.0\\.1:${port}`));
      children.push(child);
    }
    expect(await Promise.all(children.map((child) => kill(child, "SIGTERM")))).toEqual([0, 0]);
  });
});
