import { CLIENT_IDS } from "@openclaw/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admitted, Attacker, client, dialect, errorOf, refused, scopesOf } from "./support/attacker.ts";
import { createDevice } from "./support/device.ts";
import { start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";
import { bearer, exchange, http, type RawRequest, upgrade } from "./support/http.ts";

const EVIL = "http://evil.example";
const ORIGIN_REFUSED =
  "origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)";
/** Programs, pages and everything in between; workers are not answered at all. */
const CLIENTS = CLIENT_IDS.filter((id) => id !== "openclaw-worker");
const CHAT = {
  method: "POST",
  path: "/v1/chat/completions",
  body: '{"model":"openclaw","user":"victim","messages":[{"role":"user","content":"forged"}]}',
} as const;

let running: StartedGateway;
let owner: Attacker;
beforeAll(async () => {
  running = await start();
  owner = await admitted(running.address.url);
});
afterAll(async () => {
  owner.end();
  await running[Symbol.asyncDispose]();
});

const sessions = async () => (await owner.call("sessions.list"))["count"];
const own = () => `http://127.0.0.1:${running.address.port}`;

describe("pages of other sites", () => {
  test.each(CLIENTS)(
    "T-WEB-02 a foreign page is refused as %s, with the right secret, in both dialects",
    async (id) => {
      for (const version of [3, 4] as const) {
        const params = { ...dialect(version), client: client(id, id === "cli" ? "cli" : "backend") };
        const { error, closed } = await refused(running.address.url, params, { headers: { origin: EVIL } });
        expect(error).toMatchObject({ code: "INVALID_REQUEST", message: ORIGIN_REFUSED });
        expect(closed.code).toBe(1008);
        expect(closed.reason).toMatch(/^origin not allowed/);
      }
    },
  );

  test.each(["null", "http://127.0.0.1.evil.example", "https://localhost@evil.example", "x", "http://", " "])(
    "T-WEB-02 the Origin %j is nobody we know",
    async (origin) => {
      const { error, closed } = await refused(running.address.url, {}, { headers: { origin } });
      expect(error.message).toBe(ORIGIN_REFUSED);
      expect(closed.code).toBe(1008);
    },
  );

  test("T-WEB-02 a page on this machine is locked out after ten guesses, a program beside it is not", async () => {
    await using other = await start();
    const { url, port } = other.address;
    const page = { headers: { origin: `http://127.0.0.1:${port}` } };
    const guess = (origin: object) => refused(url, { auth: { token: "guess" } }, origin);
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect((await guess(page)).error.details).toMatchObject({ code: "AUTH_TOKEN_MISMATCH" });
    expect((await guess(page)).error.details).toMatchObject({ code: "AUTH_RATE_LIMITED" });
    expect((await refused(url, {}, page)).error.details).toMatchObject({ code: "AUTH_RATE_LIMITED" });
    for (let attempt = 0; attempt < 12; attempt += 1)
      expect((await guess({})).error.details).toMatchObject({ code: "AUTH_TOKEN_MISMATCH" });
    (await admitted(url)).end();
  });

  test("T-WEB-02 a listed page of another site still has to ask for its pairing", async () => {
    await using other = await start({ gateway: { controlUi: { allowedOrigins: ["https://ui.example"] } } });
    const { url } = other.address;
    const observer = await admitted(url);
    const socket = await Attacker.open(url, { headers: { origin: "https://ui.example" } });
    const ui = { client: client("openclaw-control-ui", "webchat") };
    expect(errorOf(await socket.connect(createDevice().sign(socket, ui)))).toMatchObject({
      code: "NOT_PAIRED",
      details: { code: "PAIRING_REQUIRED", reason: "not-paired" },
    });
    expect((await socket.closed).code).toBe(1008);
    await observer.event("device.pair.requested");
    expect(observer.eventNames()).not.toContain("device.pair.resolved");
    observer.end();
  });

  test("T-WEB-04 the proxy's word about its user does not excuse a foreign page", async () => {
    const secretHeader = { name: "x-proxy-secret", value: "a-proxy-secret-of-24-characters" };
    await using proxied = await startBehindProxy({
      auth: { mode: "trusted-proxy", trustedProxy: { userHeader: "x-forwarded-user", secretHeader } },
      controlUi: { allowedOrigins: ["https://ui.example"] },
    });
    const identity = { "x-forwarded-user": "alice", "x-proxy-secret": secretHeader.value };
    const ui = { client: client("openclaw-control-ui", "webchat"), auth: {} };
    const via = (origin: string) => ({
      from: "203.0.113.9",
      headers: { ...identity, origin, host: "ui.example" },
    });
    const { error, closed } = await refused(proxied.address.url, ui, via(EVIL));
    expect(error.message).toBe(ORIGIN_REFUSED);
    expect(closed.code).toBe(1008);
    // The same without the foreign origin is welcome: it was the origin that failed.
    (await admitted(proxied.address.url, ui, via("https://ui.example"))).end();
  });

  test.each([
    ["a foreign Origin", { Origin: EVIL, ...bearer(TOKEN) }, 403],
    [
      "a foreign Origin and a plain form",
      { Origin: EVIL, "Content-Type": "text/plain", ...bearer(TOKEN) },
      403,
    ],
    ["Sec-Fetch-Site: cross-site", { "Sec-Fetch-Site": "cross-site", ...bearer(TOKEN) }, 403],
    ["the secret in a cookie", { Cookie: `token=${TOKEN}; openclaw=${TOKEN}` }, 401],
    ["the secret as password of Basic", { Authorization: `Basic ${btoa(`:${TOKEN}`)}` }, 401],
  ])("T-WEB-05 a request forged with %s starts nothing", async (_, headers, status) => {
    const before = await sessions();
    const answer = await http(running.address, {
      ...CHAT,
      headers: { "Content-Type": "application/json", ...headers },
    });
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(await sessions()).toBe(before);
  });

  test("T-WEB-05 a preflight is granted nothing, and our own page needs JSON too", async () => {
    const preflight = await http(running.address, {
      method: "OPTIONS",
      path: CHAT.path,
      headers: { Origin: EVIL, "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    const plain = { Origin: own(), "Content-Type": "text/plain", ...bearer(TOKEN) };
    expect((await http(running.address, { ...CHAT, headers: plain })).status).toBe(415);
  });

  test("T-WEB-05 without any secret only JSON proves that no page forged the request", async () => {
    await using open = await start({
      gateway: { auth: { mode: "none" }, http: { endpoints: { chatCompletions: { enabled: true } } } },
    });
    const post = (type: string) => http(open.address, { ...CHAT, headers: { "Content-Type": type } });
    expect((await post("text/plain")).status).toBe(415);
    expect((await post("application/x-www-form-urlencoded")).status).toBe(415);
    expect((await post("application/json")).status).toBe(200);
  });

  test("T-WEB-11 another web app of this machine needs the list or the flag", async () => {
    const neighbour = { headers: { origin: "http://localhost:1" } };
    const page = { client: client("openclaw-control-ui", "webchat") };
    const attempt = async (url: string) => {
      const socket = await Attacker.open(url, neighbour);
      const answer = await socket.connect(createDevice().sign(socket, page));
      socket.end();
      return answer["ok"] === true ? "admitted" : errorOf(answer).message;
    };
    expect(await attempt(running.address.url)).toBe(ORIGIN_REFUSED);
    await using listed = await start({ gateway: { controlUi: { allowedOrigins: ["http://localhost:1"] } } });
    expect(await attempt(listed.address.url)).not.toBe(ORIGIN_REFUSED);
    await using lax = await start({ gateway: { controlUi: { allowLoopbackOrigins: true } } });
    expect(await attempt(lax.address.url)).not.toBe(ORIGIN_REFUSED);
  });
});

describe("a name somebody else's DNS points at us", () => {
  const rebound = () => ({ Host: `evil.example:${running.address.port}` });

  test("T-WEB-03 makes a page foreign even with our own Origin", async () => {
    const headers = { origin: own(), host: "evil.example" };
    const { error, closed } = await refused(running.address.url, {}, { headers });
    expect(error).toMatchObject({ code: "INVALID_REQUEST", details: { reason: "origin not allowed" } });
    expect(closed.code).toBe(1008);
  });

  test("T-WEB-03 makes a program without Origin a stranger: no local grant", async () => {
    const socket = await admitted(running.address.url, {}, { headers: { host: "evil.example" } });
    expect(scopesOf(socket.frames[1]!)).toEqual([]);
    expect(errorOf(await socket.request("status"))).toMatchObject({ code: "FORBIDDEN" });
    socket.end();
  });

  test.each([
    "/health",
    "/healthz",
    "/ready",
    "/readyz",
    "/startup",
    "/startupz",
    "/v1/models",
    "/v1/models/openclaw",
  ])("T-WEB-03 GET %s answers 403", async (path) => {
    const answer = await http(running.address, { path, headers: { ...rebound() } });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual({
      error: { type: "host_not_allowed", message: expect.stringContaining("Host not allowed") as string },
    });
  });

  test("T-WEB-03 does not help the holder of the secret on this machine either", async () => {
    const answer = await http(running.address, {
      path: "/v1/models",
      headers: { ...rebound(), ...bearer(TOKEN) },
    });
    expect(answer.status).toBe(403);
    expect((await http(running.address, { path: "/v1/models", headers: bearer(TOKEN) })).status).toBe(200);
  });
});

describe("what a browser is told", () => {
  /** Every kind of answer the port gives. */
  const ANSWERS: readonly (readonly [string, number, RawRequest])[] = [
    ...["/health", "/healthz", "/ready", "/readyz", "/startup", "/startupz"].map(
      (path) => [`GET ${path}`, 200, { path }] as const,
    ),
    ["GET /v1/models", 200, { path: "/v1/models", headers: bearer(TOKEN) }],
    ["POST /v1/chat/completions", 200, { ...CHAT, headers: bearer(TOKEN) }],
    ["a bad body", 400, { ...CHAT, body: "{", headers: bearer(TOKEN) }],
    ["an ambiguous path", 400, { path: "/v1%2fmodels" }],
    ["no credential", 401, { path: "/v1/models" }],
    ["a foreign page", 403, { path: "/v1/models", headers: { Origin: EVIL } }],
    ["an unknown path", 404, { path: "/nothing/here" }],
    ["the wrong method", 405, { path: "/v1/models", method: "DELETE" }],
    [
      "a body that is too large",
      413,
      { ...CHAT, headers: { ...bearer(TOKEN), "Content-Length": "999999999" } },
    ],
    ["a broken Host", 400, { path: "/v1/models", headers: { Host: "a b" } }],
  ];

  test.each(ANSWERS)(
    "T-WEB-07 %s (%i) forbids sniffing and says nothing to the next page",
    async (_, status, request) => {
      const answer = await http(running.address, request);
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
      expect(answer.headers).not.toHaveProperty("strict-transport-security");
    },
  );

  test.each([
    ["an unknown proxy", 403, { headers: { "X-Forwarded-For": "203.0.113.1" } }],
    ["a path of HTTP", 404, { path: "/v1/models" }],
  ])("T-WEB-07 an upgrade refused for %s (%i) carries the same headers", async (_, status, request) => {
    const answer = await upgrade(running.address, request);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });

  test("T-WEB-07 429 and 503 carry the same headers", async () => {
    await using limited = await startBehindProxy({ limits: { preAuthSockets: 1 } });
    const guess = { path: "/v1/models", from: "203.0.113.5", headers: bearer("wrong") };
    for (let attempt = 0; attempt < 10; attempt += 1) await http(limited.address, guess);
    const parked = await Attacker.open(limited.address.url, { from: "203.0.113.9" });
    const answers = [await http(limited.address, guess), await upgrade(limited.address, {})];
    expect(answers.map(({ status }) => status)).toEqual([429, 503]);
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    parked.end();
  });

  test("T-WEB-07 HSTS is sent when it is configured, and only then", async () => {
    const value = "max-age=63072000";
    await using secured = await start({
      gateway: { http: { securityHeaders: { strictTransportSecurity: value } } },
    });
    for (const path of ["/health", "/nothing"])
      expect((await http(secured.address, { path })).headers["strict-transport-security"]).toBe(value);
  });

  test("T-WEB-09 a token in the query opens nothing, over either transport", async () => {
    const query = `?token=${TOKEN}&access_token=${TOKEN}&auth=${TOKEN}`;
    expect((await http(running.address, { path: `/v1/models${query}` })).status).toBe(401);
    const remote = { headers: { host: "gateway.example" }, path: `/${query}` };
    const { error } = await refused(running.address.url, { auth: {} }, remote);
    expect(error.details).toMatchObject({ code: "DEVICE_IDENTITY_REQUIRED" });
  });

  test("T-WEB-09 no log line ever holds the token, whatever was done with it", async () => {
    await using logged = await start();
    const { address } = logged;
    await http(address, { path: `/v1/models?token=${TOKEN}`, headers: bearer(TOKEN) });
    await http(address, { ...CHAT, body: `{"messages":"${TOKEN}"`, headers: bearer(TOKEN) });
    await refused(address.url, { auth: { token: `${TOKEN}x` } });
    await refused(address.url, { auth: { token: TOKEN, password: TOKEN }, role: "bogus" });
    const socket = await admitted(address.url);
    await socket.request(TOKEN);
    await socket.request("chat.send", { sessionKey: TOKEN, message: 1 });
    socket.end();
    await exchange(address.port, `GET /?${TOKEN} HTTP/9.9\r\n\r\n`);
    await logged.gateway.close();
    expect(logged.log.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged.log)).not.toContain(TOKEN);
  });
});
