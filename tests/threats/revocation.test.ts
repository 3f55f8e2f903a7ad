import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNamedToken, resolvePaths } from "@openclaw/config";
import { createGateway, type GatewayAddress, type InstalledOptions } from "@openclaw/gateway-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  admitted,
  Attacker,
  client,
  connectParams,
  errorOf,
  type Frame,
  scopesOf,
} from "./support/attacker.ts";
import { createDevice, type Device } from "./support/device.ts";
import { start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";
import { http, upgrade } from "./support/http.ts";

const UI = client("openclaw-tui", "ui");
const deviceTokenIn = (hello: Frame) =>
  ((hello["payload"] as Frame)["auth"] as { deviceToken: string }).deviceToken;

/** Connects a device on this machine. */
async function visit(url: string, device: Device, params: Frame = {}) {
  const socket = await Attacker.open(url);
  const scopes = ["operator.read", "operator.write"];
  const answer = await socket.connect(device.sign(socket, { client: UI, scopes, ...params }));
  return { socket, answer };
}

/** A paired device with a connection by the secret and one by its own token. */
async function deviceWithTwoSockets(url: string) {
  const device = createDevice();
  const { socket: bySecret, answer } = await visit(url, device);
  const deviceToken = deviceTokenIn(answer);
  const { socket: byToken } = await visit(url, device, { auth: { deviceToken } });
  return { device, deviceToken, bySecret, byToken };
}

describe("a device", () => {
  let running: StartedGateway;
  let url: string;
  let owner: Attacker;
  beforeEach(async () => {
    running = await start();
    url = running.address.url;
    owner = await admitted(url);
  });
  afterEach(() => running[Symbol.asyncDispose]());

  test("T-AUTH-16 that is removed while it streams loses its sockets, and hears nothing after the close", async () => {
    const { device, deviceToken, bySecret, byToken } = await deviceWithTwoSockets(url);
    await byToken.call("chat.send", {
      sessionKey: "main",
      message: "@delay 10\n@words 100",
      idempotencyKey: "stream",
    });
    await byToken.event("chat");
    expect(await owner.call("device.pair.remove", { deviceId: device.id })).toEqual({ deviceId: device.id });
    const closed = { code: 4001, reason: "device removed" };
    expect(await Promise.all([byToken.closed, bySecret.closed])).toEqual([closed, closed]);
    const heard = byToken.frames.length;
    await owner.frame(({ event, payload }) => event === "chat" && (payload as Frame)["state"] === "final");
    expect(byToken.frames).toHaveLength(heard);
    const { answer } = await visit(url, device, { auth: { deviceToken } });
    expect(errorOf(answer).details).toMatchObject({ code: "AUTH_DEVICE_TOKEN_MISMATCH" });
    expect(((await owner.call("device.pair.list")) as { paired: unknown }).paired).toEqual([]);
  });

  test("T-AUTH-16 whose token is revoked loses its sockets, and the token is refused", async () => {
    const { device, deviceToken, bySecret, byToken } = await deviceWithTwoSockets(url);
    const address = { deviceId: device.id, role: "operator" };
    expect(await owner.call("device.token.revoke", address)).toEqual({
      ...address,
      revokedAtMs: expect.any(Number),
    });
    const closed = { code: 4001, reason: "device token revoked" };
    expect(await Promise.all([byToken.closed, bySecret.closed])).toEqual([closed, closed]);
    const { answer } = await visit(url, device, { auth: { deviceToken } });
    expect(errorOf(answer).details).toMatchObject({ code: "AUTH_DEVICE_TOKEN_MISMATCH" });
    expect(errorOf(await owner.request("device.token.revoke", { ...address, role: "node" })).message).toBe(
      "unknown deviceId/role",
    );
  });

  test("T-AUTH-16 whose token is rotated loses the sockets the old token opened, and no others", async () => {
    const { device, deviceToken, bySecret, byToken } = await deviceWithTwoSockets(url);
    await owner.call("device.token.rotate", { deviceId: device.id, role: "operator" });
    expect(await byToken.closed).toEqual({ code: 4001, reason: "device token rotated" });
    expect(await bySecret.call("health")).toMatchObject({ ok: true });
    const { answer } = await visit(url, device, { auth: { deviceToken } });
    expect(errorOf(answer).details).toMatchObject({ code: "AUTH_DEVICE_TOKEN_MISMATCH" });
  });

  test("T-AUTH-16 that removes itself still reads that it worked", async () => {
    const device = createDevice();
    const { socket } = await visit(url, device, { scopes: ["operator.pairing"] });
    expect(await socket.call("device.pair.remove", { deviceId: device.id })).toEqual({ deviceId: device.id });
    expect(await socket.closed).toEqual({ code: 4001, reason: "device removed" });
  });

  test("T-AUTH-16 that is neither removed nor revoked notices nothing of its neighbour's end", async () => {
    const [neighbour, other] = [await deviceWithTwoSockets(url), await deviceWithTwoSockets(url)];
    await owner.call("device.pair.remove", { deviceId: other.device.id });
    await Promise.all([other.bySecret.closed, other.byToken.closed]);
    expect(await neighbour.byToken.call("health")).toMatchObject({ ok: true });
    expect(await neighbour.bySecret.call("health")).toMatchObject({ ok: true });
  });
});

/** A gateway of an installation: a configuration file and a state folder of its own. */
async function startInstalled(
  auth: Frame,
  { section = {}, ...options }: Pick<InstalledOptions, "whois"> & { readonly section?: Frame } = {},
) {
  const stateDir = await mkdtemp(join(tmpdir(), "revocation-"));
  const env = { OPENCLAW_STATE_DIR: stateDir };
  const paths = resolvePaths({ env, homeDir: stateDir, cwd: stateDir });
  const log: string[] = [];
  const write = (text: unknown) => void log.push(String(text));
  const save = (text: string) => writeFile(paths.configPath, text);
  const configure = (section: Frame, more: Frame = {}) =>
    save(JSON.stringify({ gateway: { mode: "local", auth: section, ...more } }));
  const chatCompletions = { http: { endpoints: { chatCompletions: { enabled: true } } } };
  await configure(auth, { ...chatCompletions, ...section });
  const logger = { debug: write, info: write, warn: write, error: write };
  const gateway = createGateway({ paths, env, port: 0, logger, ...options });
  const address: GatewayAddress = await gateway.start();
  const logged = async (pattern: RegExp) => {
    while (!log.some((line) => pattern.test(line))) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return {
    address,
    url: address.url,
    configure: (section: Frame, more: Frame = {}) => configure(section, { ...chatCompletions, ...more }),
    save,
    logged,
    stateDir,
    configPath: paths.configPath,
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

const HEADLESS = client("test", "backend");
/** A connect with a token and nothing else, from far away. */
async function knock(url: string, token: string, scopes: readonly string[] = ["operator.read"]) {
  const socket = await Attacker.open(url, { headers: { host: "gateway.example" } });
  const answer = await socket.connect(connectParams({ client: HEADLESS, auth: { token }, scopes }));
  return { socket, answer };
}
const reasonOf = (answer: Frame) => errorOf(answer).details?.["authReason"];

describe("a user of the tailnet", () => {
  test("T-AUTH-15 T-AUTH-20 loses the sockets when Tailscale is switched off in the file, and is refused", async () => {
    const section = { controlUi: { allowedOrigins: ["https://gw.ts.net"] } };
    const whois = () => Promise.resolve({ login: "ada@example.com" });
    const on = { token: TOKEN, allowTailscale: true };
    await using installed = await startInstalled(on, { whois, section });
    const headers = {
      Host: "gw.ts.net",
      Origin: "https://gw.ts.net",
      "X-Forwarded-For": "100.64.0.9",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "gw.ts.net",
      "Tailscale-User-Login": "ada@example.com",
    };
    const page = { client: client("openclaw-control-ui", "webchat"), auth: {} };
    const ada = await admitted(installed.url, page, { headers });
    const owner = await admitted(installed.url);
    await installed.configure({ ...on, allowTailscale: false }, section);
    expect(await ada.closed).toEqual({ code: 4001, reason: "gateway auth changed" });
    expect(await owner.call("health")).toMatchObject({ ok: true });
    expect((await upgrade(installed.address, { headers })).status).toBe(403);
  });
});

describe("the shared secret", () => {
  test("T-AUTH-15 that is changed in the file is refused within a second, and its sockets are closed", async () => {
    await using installed = await startInstalled({ token: TOKEN });
    const { url } = installed;
    const owner = await admitted(url);
    const { bySecret, byToken } = await deviceWithTwoSockets(url);
    const next = "the-next-secret-0123456789abcdef";
    await installed.configure({ token: next });
    const closed = { code: 4001, reason: "gateway auth changed" };
    expect(await Promise.all([owner.closed, bySecret.closed])).toEqual([closed, closed]);
    expect(await byToken.call("health")).toMatchObject({ ok: true });
    const stale = await Attacker.open(url);
    expect(errorOf(await stale.connect(connectParams()))).toMatchObject({
      details: { code: "AUTH_TOKEN_MISMATCH" },
    });
    expect(await (await admitted(url, { auth: { token: next } })).call("health")).toMatchObject({ ok: true });
    const bearer = (token: string) =>
      http(installed.address, { path: "/v1/models", headers: { Authorization: `Bearer ${token}` } });
    expect([(await bearer(TOKEN)).status, (await bearer(next)).status]).toEqual([401, 200]);
  });

  test.each([
    ["no JSON5", "{ gateway: "],
    ["an unknown key", JSON.stringify({ gateway: { mode: "local", auth: { token: "another" }, bogus: 1 } })],
    [
      "an address nobody may open",
      JSON.stringify({ gateway: { mode: "local", bind: "lan", auth: { mode: "none" } } }),
    ],
    [
      "a mode that forbids the start",
      JSON.stringify({ gateway: { mode: "remote", auth: { token: "another" } } }),
    ],
  ])("T-AUTH-15 stays as it was while the file holds %s", async (_, text) => {
    await using installed = await startInstalled({ token: TOKEN });
    const owner = await admitted(installed.url);
    await installed.save(text);
    await installed.logged(/config reload skipped \((invalid config|restart preflight failed)\)/);
    expect(await owner.call("health")).toMatchObject({ ok: true });
    expect(await (await admitted(installed.url)).call("health")).toMatchObject({ ok: true });
    await installed.configure({ token: "the-next-secret-0123456789abcdef" });
    expect(await owner.closed).toEqual({ code: 4001, reason: "gateway auth changed" });
  });

  test("stays in force when the file goes away, and so does the mode until the next start", async () => {
    await using installed = await startInstalled({ token: TOKEN });
    const owner = await admitted(installed.url);
    await installed.configure({ mode: "none", token: TOKEN });
    await installed.logged(/config change requires gateway restart \(gateway\.auth\.mode\)/);
    expect(await owner.call("health")).toMatchObject({ ok: true });
    await rm(installed.configPath);
    await writeFile(join(installed.stateDir, "unrelated"), "x");
    const { answer } = await knock(installed.url, "wrong");
    expect(reasonOf(answer)).toBe("token_mismatch");
    expect(await owner.call("health")).toMatchObject({ ok: true });
  });
});

describe("a named token", () => {
  const entryOf = (name: string, more: Frame = {}) => {
    const { text, hash } = createNamedToken(name);
    return { text, entry: { name, hash, scopes: ["operator.read", "operator.write"], ...more } };
  };

  test("T-AUTH-03 lets a headless client in from anywhere, with what was asked for and granted", async () => {
    const ci = entryOf("ci");
    await using running = await start({ gateway: { auth: { token: TOKEN, tokens: [ci.entry] } } });
    const { url } = running.address;
    expect(scopesOf((await knock(url, ci.text)).answer)).toEqual(["operator.read"]);
    expect(scopesOf((await knock(url, ci.text, ["operator.admin", "operator.write"])).answer)).toEqual([
      "operator.write",
    ]);
    const { socket } = await knock(url, ci.text, ["operator.admin"]);
    expect(errorOf(await socket.request("status")).message).toBe("missing scope: operator.read");
    expect(await (await knock(url, ci.text)).socket.call("status")).toHaveProperty("sessions");
  });

  test("is refused with a reason of its own when it is unknown, expired or foreign, and closed with 1008", async () => {
    const tokens = [
      entryOf("old", { expiresAt: "2020-01-01T00:00:00.000Z" }),
      entryOf("far", { cidr: ["192.0.2.0/24"] }),
    ];
    const auth = { token: TOKEN, tokens: tokens.map(({ entry }) => entry) };
    await using running = await start({ gateway: { auth } });
    const texts = [entryOf("nobody").text, ...tokens.map(({ text }) => text)];
    const reasons = [];
    for (const text of texts) {
      const { socket, answer } = await knock(running.address.url, text);
      expect(errorOf(answer)).toMatchObject({
        message: "unauthorized",
        details: { code: "AUTH_UNAUTHORIZED" },
      });
      expect(await socket.closed).toEqual({ code: 1008, reason: "unauthorized" });
      reasons.push(reasonOf(answer));
    }
    expect(reasons).toEqual(["named_token_mismatch", "named_token_expired", "named_token_address"]);
    expect(JSON.stringify(running.log)).not.toMatch(/oct_/);
  });

  test("T-AUTH-09 T-AUTH-12 has a guessing budget of its own, for WebSocket and HTTP together", async () => {
    const ci = entryOf("ci");
    await using running = await startBehindProxy({ auth: { token: TOKEN, tokens: [ci.entry] } });
    const from = "198.51.100.1";
    const connect = async (token: string) => {
      const socket = await Attacker.open(running.address.url, { from });
      return socket.connect(connectParams({ client: HEADLESS, auth: { token }, scopes: [] }));
    };
    const get = (token: string) =>
      http(running.address, { path: "/v1/models", from, headers: { Authorization: `Bearer ${token}` } });
    for (let guess = 0; guess < 5; guess += 1) {
      expect(reasonOf(await connect(`oct_ci_${guess}`))).toBe("named_token_mismatch");
      expect((await get(`oct_ci_${guess}`)).status).toBe(401);
    }
    expect(reasonOf(await connect(ci.text))).toBe("rate_limited");
    expect((await get(ci.text)).status).toBe(429);
    expect((await connect(TOKEN))["ok"]).toBe(true);
    running.advance(300_000);
    expect((await connect(ci.text))["ok"]).toBe(true);
  });

  test("T-AZ-05 is worth over HTTP what it is over WebSocket", async () => {
    const reader = entryOf("reader", { scopes: ["operator.read"] });
    const writer = entryOf("writer");
    const tokens = [reader.entry, writer.entry];
    await using running = await start({
      gateway: {
        auth: { token: TOKEN, tokens },
        http: { endpoints: { chatCompletions: { enabled: true } } },
      },
    });
    const body = JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: "hi" }] });
    const post = (text: string) =>
      http(running.address, {
        method: "POST",
        path: "/v1/chat/completions",
        headers: { Authorization: `Bearer ${text}`, "Content-Type": "application/json" },
        body,
      });
    const get = (text: string) =>
      http(running.address, { path: "/v1/models", headers: { Authorization: `Bearer ${text}` } });
    expect((await get(reader.text)).status).toBe(200);
    expect((await post(reader.text)).status).toBe(403);
    expect((await post(writer.text)).status).toBe(200);
    expect((await get(`${reader.text}x`)).status).toBe(401);
  });

  test("T-AUTH-15 that is removed from the file loses its sockets; the others stay", async () => {
    const [ci, other] = [entryOf("ci"), entryOf("other")];
    await using installed = await startInstalled({ token: TOKEN, tokens: [ci.entry, other.entry] });
    const { url } = installed;
    const mine = await knock(url, ci.text);
    const theirs = await knock(url, other.text);
    const owner = await admitted(url);
    await installed.configure({ token: TOKEN, tokens: [other.entry] });
    expect(await mine.socket.closed).toEqual({ code: 4001, reason: "client invalidated: token revoked" });
    expect(reasonOf((await knock(url, ci.text)).answer)).toBe("named_token_mismatch");
    expect(await theirs.socket.call("health")).toMatchObject({ ok: true });
    expect(await owner.call("health")).toMatchObject({ ok: true });
    expect(await readFile(installed.configPath, "utf8")).not.toContain("oct_");
  });

  test("T-AUTH-15 that is narrowed loses its sockets, and comes back with less", async () => {
    const ci = entryOf("ci");
    await using installed = await startInstalled({ token: TOKEN, tokens: [ci.entry] });
    const scopes = ["operator.read", "operator.write"];
    const { socket } = await knock(installed.url, ci.text, scopes);
    await installed.configure({ token: TOKEN, tokens: [{ ...ci.entry, scopes: ["operator.read"] }] });
    expect(await socket.closed).toEqual({ code: 4001, reason: "client invalidated: token revoked" });
    expect(scopesOf((await knock(installed.url, ci.text, scopes)).answer)).toEqual(["operator.read"]);
  });

  test("that is added to the file admits within a second", async () => {
    await using installed = await startInstalled({ token: TOKEN });
    const ci = entryOf("ci");
    expect(reasonOf((await knock(installed.url, ci.text)).answer)).toBe("named_token_mismatch");
    await installed.configure({ token: TOKEN, tokens: [ci.entry] });
    await installed.logged(/config hot reload applied/);
    expect((await knock(installed.url, ci.text)).answer["ok"]).toBe(true);
  });
});
