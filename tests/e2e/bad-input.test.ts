import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbedded, TOKEN } from "../support/embedded.ts";
import { cli, collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { connectParams, RawSocket } from "../support/raw-socket.ts";

describe("bad frames cost their sender the connection and nobody else", () => {
  let running: Awaited<ReturnType<typeof startEmbedded>>;
  let neighbour: RawSocket;
  beforeAll(async () => {
    running = await startEmbedded();
    neighbour = await RawSocket.open(running.address.url);
    await neighbour.connect(connectParams(TOKEN));
  });
  afterAll(async () => {
    // Whatever the others did: this one was served all the time.
    expect(await neighbour.request("last", "health")).toMatchObject({ ok: true });
    neighbour.close();
    await running[Symbol.asyncDispose]();
  });

  const open = () => RawSocket.open(running.address.url);

  test("text that is not JSON before connect: close 1000", async () => {
    const socket = await open();
    socket.send("not json");
    expect(await socket.closed).toEqual({ code: 1000, reason: "" });
  });

  test("T-AUTH-01 a first frame other than connect: refused and closed with 1008", async () => {
    const socket = await open();
    expect(await socket.request("1", "health")).toMatchObject({
      ok: false,
      error: { code: "INVALID_REQUEST", message: "invalid handshake: first request must be connect" },
    });
    expect(await socket.closed).toEqual({
      code: 1008,
      reason: "invalid handshake: first request must be connect",
    });
  });

  test("T-DOS-02 a first frame over 64 KiB: close 1009", async () => {
    const socket = await open();
    socket.send({ type: "req", id: "1", method: "connect", params: { pad: "x".repeat(70_000) } });
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  test("a frame over 25 MiB after hello: close 1009", async () => {
    const socket = await open();
    await socket.connect(connectParams(TOKEN));
    socket.send(Buffer.alloc(26_214_401, 0x20));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  test.each([
    [1, 2],
    [5, 9],
  ])("a version range of %i to %i: protocol mismatch and close 1002", async (minProtocol, maxProtocol) => {
    const socket = await open();
    const answer = await socket.connect(connectParams(TOKEN, { minProtocol, maxProtocol }));
    expect(answer).toMatchObject({
      ok: false,
      error: { message: "protocol mismatch", details: { code: "PROTOCOL_MISMATCH", expectedProtocol: 4 } },
    });
    expect(await socket.closed).toEqual({ code: 1002, reason: "protocol mismatch" });
  });

  test("T-AUTH-02 a wrong token: unauthorized and close 1008, without echoing it", async () => {
    const socket = await open();
    const answer = await socket.connect(connectParams("a-wrong-token-nobody-should-see"));
    expect(answer).toMatchObject({ ok: false, error: { details: { code: "AUTH_TOKEN_MISMATCH" } } });
    const { code, reason } = await socket.closed;
    expect(code).toBe(1008);
    expect(reason).toMatch(/^unauthorized: gateway token mismatch/);
    expect(JSON.stringify([answer, reason])).not.toContain("a-wrong-token");
  });

  test("after hello, text that is not JSON is ignored and a broken request is answered", async () => {
    const socket = await open();
    await socket.connect(connectParams(TOKEN));
    socket.send("not json");
    socket.send({ type: "req", id: "x", method: 7 });
    expect(await socket.frame((frame) => frame["id"] === "x")).toMatchObject({
      ok: false,
      error: { code: "INVALID_REQUEST", message: "invalid request frame: at /method: must be string" },
    });
    expect(await socket.request("y", "health")).toMatchObject({ ok: true });
    socket.close();
  });

  test.each(["toString", "constructor", "__proto__", "no.such.method", ""])(
    "T-AZ-09 the method name %j is answered",
    async (method) => {
      const socket = await open();
      await socket.connect(connectParams(TOKEN, { scopes: ["operator.admin"] }));
      expect(await socket.request("m", method)).toMatchObject({
        ok: false,
        error: { code: "INVALID_REQUEST" },
      });
      socket.close();
    },
  );
});

describe("bad starts say what to change and end with the right code", () => {
  async function withConfig(text: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    await using user = await TemporaryUser.create();
    const folder = join(user.home, ".openclaw");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "openclaw.json"), text);
    const result = await user.openclaw(["gateway", "--port", String(await freePort()), ...args], { env });
    return { ...result, file: await readFile(join(folder, "openclaw.json"), "utf8") };
  }

  test("an unsafe bind: `refusing to bind gateway … without auth`, 78", async () => {
    const { code, stderr } = await withConfig('{ gateway: { mode: "local", auth: { mode: "none" } } }', [
      "--bind",
      "lan",
    ]);
    expect(stderr).toMatch(/refusing to bind gateway to .* without auth/);
    expect(code).toBe(78);
  });

  test("mode remote: `Gateway start blocked: set gateway.mode=local`, 78", async () => {
    const { code, stderr } = await withConfig('{ gateway: { mode: "remote" } }');
    expect(stderr).toContain("Gateway start blocked: set gateway.mode=local");
    expect(code).toBe(78);
  });

  test("invalid configuration: path and problem, 78, the file untouched", async () => {
    const text = '{ gateway: { mode: "local", port: "many", bogus: 1 } } // mine\n';
    const { code, stderr, file } = await withConfig(text);
    expect(stderr).toContain("gateway.port");
    expect(stderr).toContain('Unrecognized key: "bogus"');
    expect(code).toBe(78);
    expect(file).toBe(text);
  });

  test("a file that does not parse: where, 78", async () => {
    const { code, stderr } = await withConfig("{ gateway: ");
    expect(stderr).toMatch(/JSON5 parse failed/);
    expect(code).toBe(78);
  });

  test("a lost configuration with state left: an error, 78, nothing written", async () => {
    await using user = await TemporaryUser.create();
    const folder = join(user.home, ".openclaw");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "gateway.sqlite"), "");
    const { code, stderr } = await user.openclaw(["gateway", "--port", String(await freePort())]);
    expect(stderr).toContain("Missing config.");
    expect(code).toBe(78);
    await expect(readFile(join(folder, "openclaw.json"))).rejects.toThrow();
  });

  test.skipIf(process.getuid?.() === 0)("an unreadable configuration: says so, 78", async () => {
    await using user = await TemporaryUser.create();
    const folder = join(user.home, ".openclaw");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "openclaw.json"), "{}");
    await chmod(join(folder, "openclaw.json"), 0o000);
    const { code, stderr } = await user.openclaw(["gateway"]);
    expect(stderr).toContain("read failed");
    expect(code).toBe(78);
  });

  test("a folder in place of the configuration: says so, 78", async () => {
    await using user = await TemporaryUser.create();
    await mkdir(join(user.home, ".openclaw", "openclaw.json"), { recursive: true });
    const { code, stderr } = await user.openclaw(["gateway"]);
    expect(stderr).toContain("read failed");
    expect(code).toBe(78);
  });

  test("a busy port: `another gateway instance is already listening` with EADDRINUSE, 1", async () => {
    await using user = await TemporaryUser.create();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { code, stderr } = await user.openclaw([
      "--dev",
      "gateway",
      "--allow-unconfigured",
      "--port",
      String(port),
    ]);
    expect(stderr).toContain(`another gateway instance is already listening on ws://127.0.0.1:${port}`);
    expect(stderr).toContain("EADDRINUSE");
    expect(code).toBe(1);
    server.close();
  });

  test.each([
    [["gateway", "--bogus"], "error: unknown option '--bogus'", 1],
    [["gateway", "bogus"], "error: too many arguments for 'gateway'", 1],
    [["bogus"], "error: unknown command 'bogus'", 1],
    [["gateway", "--port", "x"], "Invalid port", 1],
    [["gateway", "--bind", "x"], "Invalid --bind", 1],
    [["--profile", "a/b", "status"], "Invalid --profile", 2],
    [["--dev", "--profile", "x", "status"], "Cannot combine --dev with --profile", 2],
  ])("openclaw %j: %s, exit code %i", async (args, text, exitCode) => {
    await using user = await TemporaryUser.create();
    const { code, stderr } = await user.openclaw(args);
    expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(exitCode);
  });
});

describe("signals", () => {
  test("SIGTERM: clients hear shutdown, are closed with 1012, exit code 0, the lock is gone", async () => {
    await using user = await TemporaryUser.create();
    const gateway = await user.startGateway();
    const socket = await RawSocket.open(gateway.url);
    await socket.connect(connectParams(gateway.token));
    const ended = kill(gateway.child, "SIGTERM");
    expect(await socket.frame((frame) => frame["event"] === "shutdown")).toMatchObject({
      payload: { reason: "gateway stopping" },
    });
    expect(await socket.closed).toEqual({ code: 1012, reason: "service restart" });
    expect(await ended).toBe(0);
    await expect(readFile(join(user.home, ".openclaw-dev", "gateway.lock"))).rejects.toThrow();
  });

  test("SIGUSR1 at any moment of the start does not open a debugger", async () => {
    await using user = await TemporaryUser.create();
    const port = await freePort();
    const child = user.spawn(["--dev", "gateway", "--allow-unconfigured", "--port", String(port)]);
    const output = collect(child);
    await waitFor(output, /listening on ws:/);
    child.kill("SIGUSR1");
    const socket = await RawSocket.open(`ws://127.0.0.1:${port}`);
    socket.close();
    expect(output.text).not.toContain("Debugger listening");
    expect(await kill(child, "SIGTERM")).toBe(0);
  });

  const unshare = promisify(execFile)("unshare", ["--pid", "--fork", "--kill-child", "true"]).then(
    () => true,
    () => false,
  );
  test("SIGTERM ends it as PID 1 of a new PID namespace", async (context) => {
    if (!(await unshare)) return context.skip("unshare --pid needs privileges this machine does not give");
    await using user = await TemporaryUser.create();
    const port = await freePort();
    const args = [
      "--pid",
      "--fork",
      "--mount-proc",
      process.execPath,
      cli,
      "--dev",
      "gateway",
      "--allow-unconfigured",
      "--port",
      String(port),
    ];
    const parent = spawn("unshare", args, {
      env: user.env(),
      cwd: user.home,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = collect(parent);
    const [, inside] = await waitFor(output, /listening on ws:.*\(PID (\d+)\)/);
    expect(inside).toBe("1");
    const { stdout } = await promisify(execFile)("ps", ["--ppid", String(parent.pid), "-o", "pid="]);
    const ended = once(parent, "exit") as Promise<[number]>;
    process.kill(Number(stdout.trim()), "SIGTERM");
    expect((await ended)[0]).toBe(0);
    await rm(join(user.home, ".openclaw-dev"), { recursive: true, force: true });
  });
});
