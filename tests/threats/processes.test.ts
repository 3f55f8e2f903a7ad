import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { connect as tcp, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect, freePort, kill, type Output, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { admitted, Attacker, client, errorOf, type Frame, refused } from "./support/attacker.ts";
import { createDevice, type Device } from "./support/device.ts";
import { PROXY_ADDRESS } from "./support/gateway.ts";
import { bearer, http } from "./support/http.ts";

const SECRET = "processes-secret-0123456789abcdef";

let user: TemporaryUser;
beforeEach(async () => void (user = await TemporaryUser.create()));
afterEach(() => user[Symbol.asyncDispose]());

interface Running {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly output: Output;
  readonly stop: (signal?: NodeJS.Signals) => Promise<unknown>;
}

/** An installed gateway of this user with this `gateway` section. */
async function run(section: Frame = {}): Promise<Running> {
  const port = await freePort();
  const folder = join(user.home, ".openclaw");
  await mkdir(folder, { recursive: true });
  const gateway = { mode: "local", auth: { token: SECRET }, ...section };
  await writeFile(join(folder, "openclaw.json"), JSON.stringify({ gateway }), { mode: 0o600 });
  const child = user.spawn(["gateway", "--port", String(port)]);
  const output = collect(child);
  await Promise.race([
    waitFor(output, /listening on ws:\/\//),
    once(child, "exit").then(() => Promise.reject(new Error(output.text))),
  ]);
  const url = `ws://127.0.0.1:${port}`;
  return { url, port, pid: child.pid ?? 0, output, stop: (signal = "SIGTERM") => kill(child, signal) };
}

const connecting = { auth: { token: SECRET } };

describe("dangerous settings", () => {
  const LINE = /dangerouslyAllowHostHeaderOriginFallback=true/;
  const page = (port: number) => ({
    headers: { origin: `http://box.example:${port}`, host: `box.example:${port}` },
  });

  test("T-WEB-06 the Host fallback is off by default: no line, and the page is refused", async () => {
    const gateway = await run();
    const { error } = await refused(gateway.url, connecting, page(gateway.port));
    expect(error.message).toMatch(/^origin not allowed/);
    await gateway.stop();
    expect(gateway.output.text).not.toMatch(LINE);
  });

  test("T-WEB-06 switched on, it warns at every start and lets the page as far as its credentials", async () => {
    const gateway = await run({ controlUi: { dangerouslyAllowHostHeaderOriginFallback: true } });
    await waitFor(gateway.output, LINE);
    const socket = await admitted(
      gateway.url,
      { ...connecting, scopes: ["operator.admin"] },
      page(gateway.port),
    );
    expect(errorOf(await socket.request("status")).message).toBe("missing scope: operator.read");
    socket.end();
    const foreign = { headers: { ...page(gateway.port).headers, origin: "http://evil.example" } };
    expect((await refused(gateway.url, connecting, foreign)).error.message).toMatch(/^origin not allowed/);
    await gateway.stop();
  });
});

describe("a whole life of a gateway", () => {
  test("T-WEB-09 leaves the token neither on the screen nor in any file but the configuration", async () => {
    const gateway = await run({ http: { endpoints: { chatCompletions: { enabled: true } } } });
    const address = { port: gateway.port };
    const socket = await admitted(gateway.url, connecting);
    await socket.call("chat.send", { sessionKey: "main", message: "hello", idempotencyKey: "k" });
    await socket.frame(({ payload }) => (payload as Frame | undefined)?.["state"] === "final");
    await socket.call("logs.tail", {});
    await http(address, { path: `/v1/models?token=${SECRET}` });
    await http(address, { path: "/v1/models", headers: bearer(SECRET) });
    await http(address, { path: "/v1/models", headers: bearer(`${SECRET}x`) });
    await refused(gateway.url, { auth: { token: `${SECRET}x` } });
    for (const args of [
      ["gateway", "status"],
      ["status"],
      ["health"],
      ["logs"],
      ["config", "get", "gateway"],
    ]) {
      const { stdout, stderr } = await user.openclaw(args);
      expect([args, (stdout + stderr).includes(SECRET)]).toEqual([args, false]);
    }
    socket.end();
    await gateway.stop();
    expect(gateway.output.text).not.toContain(SECRET);
    const entries = await readdir(user.home, { withFileTypes: true, recursive: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(3);
    for (const path of files)
      if (!/openclaw\.json(\.bak.*)?$|\/config-history\/[^/]+\.json5$/.test(path))
        expect([path, (await readFile(path)).includes(SECRET)]).toEqual([path, false]);
  });
});

describe("a crowd at the door", () => {
  const residentMib = async (pid: number) =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

  /** A socket that asks to be upgraded and says no more; resolves with the status. */
  async function park(port: number): Promise<{ socket: Socket; status: string }> {
    const socket = tcp({ host: "127.0.0.1", port }).on("error", () => {});
    socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    const [chunk] = (await once(socket, "data")) as [Buffer];
    return { socket, status: chunk.toString("latin1", 9, 12) };
  }

  test("T-DOS-01 of 15,000 sockets of one address parks the newest 32, costs little memory, and the next client of it gets in", async () => {
    const gateway = await run();
    const early = await admitted(gateway.url, connecting);
    const before = await residentMib(gateway.pid);
    const parked: Socket[] = [];
    const statuses: string[] = [];
    for (let batch = 0; batch < 15_000; batch += 100) {
      const results = await Promise.all(Array.from({ length: 100 }, () => park(gateway.port)));
      statuses.push(...results.map(({ status }) => status));
      parked.push(...results.filter(({ status }) => status === "101").map(({ socket }) => socket));
    }
    expect(statuses.filter((status) => status !== "101" && status !== "503")).toEqual([]);
    // Who came later takes the place of who has been silent longest.
    const open = () => parked.filter((socket) => !socket.destroyed);
    await expect.poll(() => open().length).toBe(32);
    expect(open()).toEqual(parked.slice(-32));
    const late = await admitted(gateway.url, connecting);
    expect(await early.call("health")).toMatchObject({ ok: true });
    // Held, they would take 130 MiB and more; what is left is garbage that was not worth collecting yet.
    expect((await residentMib(gateway.pid)) - before).toBeLessThan(90);
    for (const socket of parked) socket.destroy();
    late.end();
    early.end();
    await gateway.stop();
  });
});

describe("a crash", () => {
  const FROM = (index: number) => `198.51.100.${index}`;
  const TUI = { client: client("openclaw-tui", "ui"), scopes: ["operator.read"], auth: { token: SECRET } };

  const ask = async (url: string, device: Device, from: string) => {
    const socket = await Attacker.open(url, { from });
    const answer = await socket.connect(device.sign(socket, TUI));
    socket.end();
    return answer;
  };

  test("T-PAIR-15 in the middle of many approvals leaves every request either waiting or approved", async () => {
    const proxied = { trustedProxies: [PROXY_ADDRESS] };
    const known = new Map<string, "asked" | "answered">();
    for (let round = 0; round < 3; round += 1) {
      const gateway = await run(proxied);
      const owner = await admitted(gateway.url, connecting);
      const devices = Array.from({ length: 40 }, () => createDevice());
      const requestIds = new Map<string, string>();
      for (const [index, device] of devices.entries()) {
        const details = errorOf(await ask(gateway.url, device, FROM(index))).details;
        requestIds.set(device.id, String(details?.["requestId"]));
        known.set(device.id, "asked");
      }
      const approvals = devices.map(async (device) => {
        const answer = await owner.request("device.pair.approve", { requestId: requestIds.get(device.id) });
        if (answer["ok"] === true) known.set(device.id, "answered");
      });
      // Some are answered, the others are on their way when the process is gone.
      await Promise.race(approvals.slice(5 + round * 10));
      await gateway.stop("SIGKILL");
      await Promise.allSettled(approvals);

      const again = await run(proxied);
      const list = await (await admitted(again.url, connecting)).call("device.pair.list");
      const [pending, paired] = [list["pending"], list["paired"]].map(
        (part) => new Set((part as readonly Frame[]).map(({ deviceId }) => deviceId)),
      );
      for (const device of devices) {
        const places = [pending?.has(device.id), paired?.has(device.id)];
        expect(places.filter(Boolean)).toHaveLength(1);
        if (known.get(device.id) === "answered") expect(places[1]).toBe(true);
      }
      const owned = devices.find((device) => paired?.has(device.id));
      if (owned) expect(await ask(again.url, owned, FROM(0))).toMatchObject({ ok: true });
      for (const requestId of requestIds.values())
        await (await admitted(again.url, connecting)).request("device.pair.reject", { requestId });
      await again.stop();
    }
    expect(known.size).toBe(120);
  });
});
