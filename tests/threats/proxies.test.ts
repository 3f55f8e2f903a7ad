import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  admitted,
  Attacker,
  client,
  connectParams,
  dialect,
  errorOf,
  type Frame,
  refused,
  scopesOf,
} from "./support/attacker.ts";
import { createDevice } from "./support/device.ts";
import { PROXY_ADDRESS, start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";
import { bearer, http, upgrade } from "./support/http.ts";

const FORWARDING = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto"];
const PROXY_SECRET = "a-proxy-secret-of-24-characters";
const UI = { client: client("openclaw-control-ui", "webchat"), auth: {} };
const UI_ORIGIN = { origin: "https://ui.example", host: "ui.example" };

describe("forwarding headers of an unknown proxy", () => {
  let running: StartedGateway;
  beforeAll(async () => void (running = await start()));
  afterAll(() => running[Symbol.asyncDispose]());

  test.each(FORWARDING)("T-PROXY-01 an upgrade from loopback with %s alone answers 403", async (name) => {
    const answer = await upgrade(running.address, { headers: { [name]: "127.0.0.1" } });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { type: "proxy_attribution_required" } });
    expect(answer.body).toContain("gateway.trustedProxies");
  });

  test.each(FORWARDING)("T-PROXY-01 a request with %s answers 403, with the right token", async (name) => {
    const headers = { [name]: "127.0.0.1", ...bearer(TOKEN) };
    const answer = await http(running.address, { path: "/v1/models", headers });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { type: "proxy_attribution_required" } });
  });

  test("T-PROXY-01 probes still answer, but tell nothing more than they tell strangers", async () => {
    const answer = await http(running.address, {
      path: "/readyz",
      headers: { "X-Forwarded-For": "127.0.0.1" },
    });
    expect(answer).toMatchObject({ status: 200, body: '{"ready":true}' });
    expect(JSON.parse((await http(running.address, { path: "/readyz" })).body)).toHaveProperty("uptimeMs");
  });
});

describe("the address a trusted proxy tells", () => {
  let running: StartedGateway;
  let owner: Attacker;
  beforeAll(async () => {
    running = await startBehindProxy({
      trustedProxies: [` ${PROXY_ADDRESS} `, "10.0.0.0/8", "2001:db8:ff::/48"],
    });
    owner = await admitted(running.address.url);
  });
  afterAll(async () => {
    owner.end();
    await running[Symbol.asyncDispose]();
  });

  /** The address the gateway believes a client has, as the presence list shows it. */
  async function addressSeen(
    headers: Record<string, string>,
    gateway = running,
    watcher = owner,
  ): Promise<unknown> {
    const instanceId = `probe-${Math.random()}`;
    const socket = await Attacker.open(gateway.address.url, { viaProxy: true, headers });
    const hello = await socket.connect(connectParams({ client: client("test", "test", { instanceId }) }));
    expect(hello["ok"]).toBe(true);
    const presence = (await watcher.request("system-presence"))["payload"] as Frame[];
    socket.end();
    return presence.find((entry) => entry["instanceId"] === instanceId)?.["ip"];
  }

  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["127.0.0.1, 203.0.113.9", "203.0.113.9"],
    ["10.1.2.3, 203.0.113.9", "203.0.113.9"],
    ["198.51.100.1, ::1, 127.0.0.1, 203.0.113.9", "203.0.113.9"],
    ["203.0.113.9, 10.1.2.3", "203.0.113.9"],
    ["1.1.1.1, 203.0.113.9, 2001:db8:ff::7, 10.0.0.1", "203.0.113.9"],
    ["127.0.0.1:80, 203.0.113.9:51234", "203.0.113.9"],
    ["127.0.0.1, [2001:db8::1]:443", "2001:db8::1"],
    ["junk, <script>, 203.0.113.9", "203.0.113.9"],
    ["127.0.0.1, ::ffff:203.0.113.9", "203.0.113.9"],
  ])("T-PROXY-02 the chain %j names %s", async (chain, expected) => {
    expect(await addressSeen({ "x-forwarded-for": chain })).toBe(expected);
  });

  test("T-PROXY-02 a spoofed left part buys no further guesses", async () => {
    for (let attempt = 0; attempt < 11; attempt += 1) {
      const headers = { "x-forwarded-for": `${attempt}.0.0.1, 127.0.0.1, 198.51.100.77` };
      const { error } = await refused(
        running.address.url,
        { auth: { token: "wrong" } },
        { viaProxy: true, headers },
      );
      expect(error.details?.["code"]).toBe(attempt < 10 ? "AUTH_TOKEN_MISMATCH" : "AUTH_RATE_LIMITED");
    }
  });

  test("T-PROXY-02 X-Real-IP counts only where the operator says so", async () => {
    const realIp = { "x-real-ip": "203.0.113.50" };
    expect(await addressSeen(realIp)).not.toBe("203.0.113.50");
    await using opted = await startBehindProxy({ allowRealIpFallback: true });
    const watcher = await admitted(opted.address.url);
    expect(await addressSeen(realIp, opted, watcher)).toBe("203.0.113.50");
    expect(
      await addressSeen({ "x-real-ip": "127.0.0.1", "x-forwarded-for": "203.0.113.51" }, opted, watcher),
    ).toBe("203.0.113.51");
    watcher.end();
  });

  const NAMELESS: readonly (readonly [string, Record<string, string>])[] = [
    ["nothing", {}],
    ["junk", { "x-forwarded-for": "unknown" }],
    ["only itself", { "x-forwarded-for": PROXY_ADDRESS }],
    ["X-Real-IP without opt-in", { "x-real-ip": "127.0.0.1" }],
  ];
  test.each(NAMELESS)(
    "T-PROXY-05 a proxy that tells %s is not taken for a local client",
    async (_, headers) => {
      const socket = await Attacker.open(running.address.url, { viaProxy: true, headers });
      expect(scopesOf(await socket.connect(connectParams()))).toEqual([]);
      expect(errorOf(await socket.request("status")).message).toBe("missing scope: operator.read");
      socket.end();
      const device = await Attacker.open(running.address.url, { viaProxy: true, headers });
      const tui = { client: client("openclaw-tui", "ui"), scopes: ["operator.read"] };
      expect(errorOf(await device.connect(createDevice().sign(device, tui)))).toMatchObject({
        code: "NOT_PAIRED",
      });
      expect((await device.closed).code).toBe(1008);
    },
  );

  test("T-PROXY-05 clients nobody told us share one budget, in mode none they stay outside", async () => {
    await using limited = await startBehindProxy();
    const nameless = { viaProxy: true };
    for (let attempt = 0; attempt < 10; attempt += 1)
      await refused(limited.address.url, { auth: { token: "wrong" } }, nameless);
    const unknown = { from: "unknown" };
    expect((await refused(limited.address.url, {}, unknown)).error.details?.["code"]).toBe(
      "AUTH_RATE_LIMITED",
    );
    await using open = await startBehindProxy({ auth: { mode: "none" } });
    expect((await refused(open.address.url, { auth: {} }, nameless)).error.code).toBe("NOT_PAIRED");
  });
});

describe("mode trusted-proxy", () => {
  const secretHeader = { name: "x-proxy-secret", value: PROXY_SECRET };
  const section = (trustedProxy: Record<string, unknown> = {}) => ({
    auth: { mode: "trusted-proxy", trustedProxy: { userHeader: "x-forwarded-user", ...trustedProxy } },
    controlUi: { allowedOrigins: [UI_ORIGIN.origin] },
  });
  const identity = (user: string, secret = PROXY_SECRET) => ({
    "x-forwarded-user": user,
    "x-proxy-secret": secret,
  });

  test("T-PROXY-03 a process of this machine cannot forge the user", async () => {
    await using trusting = await start({ gateway: { trustedProxies: ["127.0.0.1", "::1"], ...section() } });
    const headers = { "X-Forwarded-User": "alice", "X-Forwarded-For": "203.0.113.1" };
    expect((await http(trusting.address, { path: "/v1/models", headers })).status).toBe(401);
    const page = { headers: { ...headers, ...UI_ORIGIN } };
    const { error, closed } = await refused(trusting.address.url, UI, page);
    expect(error.message).toMatch(/^(unauthorized|control ui requires device identity)/);
    expect(closed.code).toBe(1008);
  });

  test("T-PROXY-03 unless it shows the secret it shares with us", async () => {
    await using proxied = await startBehindProxy(section({ secretHeader }));
    const request = (secret: string) =>
      http(proxied.address, { path: "/v1/models", from: "203.0.113.1", headers: identity("alice", secret) });
    expect((await request("guess")).status).toBe(401);
    expect((await request(` ${PROXY_SECRET}x`)).status).toBe(401);
    expect((await request(PROXY_SECRET)).status).toBe(200);
  });

  test.each([
    ["sent twice", ["alice@x", "bob@x"]],
    ["sent twice alike", ["alice@x", "alice@x"]],
    ["joined by a comma", "alice@x,bob@x"],
    ["in another case", "Alice@x"],
    ["with a look-alike letter", "аlice@x"],
    ["longer", "alice@xx"],
    ["empty", ""],
  ])("T-PROXY-07 a user header %s names nobody", async (_, value) => {
    await using proxied = await startBehindProxy(section({ secretHeader, allowUsers: ["alice@x", "bob@x"] }));
    const request = (user: string | readonly string[]) =>
      http(proxied.address, {
        path: "/v1/models",
        from: "203.0.113.1",
        headers: { "X-Proxy-Secret": PROXY_SECRET, "X-Forwarded-User": user },
      });
    expect((await request(value)).status).toBe(401);
    expect((await request(" alice@x ")).status).toBe(200);
  });

  test("T-AUTH-04 a scope header on the upgrade grants nothing", async () => {
    await using proxied = await startBehindProxy(section({ secretHeader }));
    const headers = {
      ...identity("alice"),
      ...UI_ORIGIN,
      "x-openclaw-scopes": "operator.admin,operator.read",
    };
    for (const version of [3, 4] as const) {
      const socket = await admitted(
        proxied.address.url,
        { ...UI, ...dialect(version) },
        { from: "203.0.113.1", headers },
      );
      for (const [method, scope] of [
        ["status", "operator.read"],
        ["system-event", "operator.admin"],
      ] as const)
        expect(errorOf(await socket.request(method, { text: "planted" })).message).toBe(
          `missing scope: ${scope}`,
        );
      socket.end();
    }
    const backend = { auth: {}, scopes: ["operator.admin"] };
    const { error } = await refused(proxied.address.url, backend, {
      from: "203.0.113.1",
      headers: identity("alice"),
    });
    expect(error.code).toBe("NOT_PAIRED");
  });

  test("T-AUTH-04 a scope header on a request narrows and never widens", async () => {
    await using proxied = await startBehindProxy({
      ...section({ secretHeader }),
      http: { endpoints: { chatCompletions: { enabled: true } } },
    });
    const post = (scopes: string, more: Record<string, string> = {}) =>
      http(proxied.address, {
        method: "POST",
        path: "/v1/chat/completions",
        from: "203.0.113.1",
        body: '{"model":"openclaw","messages":[{"role":"user","content":"hi"}]}',
        headers: {
          ...identity("alice"),
          "Content-Type": "application/json",
          "X-OpenClaw-Scopes": scopes,
          ...more,
        },
      });
    expect((await post("operator.read")).status).toBe(403);
    expect((await post("")).status).toBe(403);
    expect((await post("operator.read,everything")).status).toBe(403);
    expect((await post("operator.write")).status).toBe(200);
    // Whatever the header says, the backend is the administrator's choice.
    expect((await post("operator.write", { "X-OpenClaw-Model": "builtin/echo" })).status).toBe(403);
  });
});

describe("tailnet identity headers", () => {
  const TAILNET = {
    "Tailscale-User-Login": "owner@example.com",
    "Tailscale-User-Name": "Owner",
    "Tailscale-User-Profile-Pic": "https://example.com/owner.png",
  };
  const SERVED = {
    "X-Forwarded-For": "100.64.0.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "gw.ts.net",
  };

  let running: StartedGateway;
  beforeAll(
    async () => void (running = await start({ gateway: { auth: { token: TOKEN, allowTailscale: true } } })),
  );
  afterAll(() => running[Symbol.asyncDispose]());

  test.each([
    ["/v1/models", "GET"],
    ["/v1/models/openclaw", "GET"],
    ["/v1/chat/completions", "POST"],
  ])("T-AUTH-19 do not open %s", async (path, method) => {
    const bare = await start({
      gateway: {
        auth: { token: TOKEN, allowTailscale: true },
        http: { endpoints: { chatCompletions: { enabled: true } } },
      },
    });
    expect((await http(bare.address, { path, method, headers: TAILNET })).status).toBe(401);
    expect((await http(bare.address, { path, method, headers: { ...TAILNET, ...SERVED } })).status).toBe(403);
    await bare[Symbol.asyncDispose]();
  });

  test.each([
    ["alone", TAILNET],
    ["with what Serve adds", { ...TAILNET, ...SERVED }],
    ["with a tailnet Host", { ...TAILNET, Host: "gw.tail1234.ts.net" }],
  ])("T-AUTH-20 forged by a process of this machine %s admit nobody", async (_, headers) => {
    for (const params of [
      { auth: {} },
      UI,
      { auth: {}, role: "node", client: client("node-host", "node") },
    ]) {
      const answer = await Attacker.open(running.address.url, { headers }).then(
        async (socket) => {
          const frame = await socket.connect(connectParams(params));
          expect((await socket.closed).code).toBe(1008);
          return frame["ok"];
        },
        () => "no upgrade",
      );
      expect(answer).not.toBe(true);
    }
    expect(running.log.some(({ text }) => text.includes("owner@example.com"))).toBe(false);
  });

  describe("with a tailnet daemon", () => {
    const owner = { ...TAILNET, ...SERVED, Host: "gw.ts.net", Origin: "https://gw.ts.net" };
    const gateway = {
      auth: { token: TOKEN, allowTailscale: true },
      controlUi: { allowedOrigins: ["https://gw.ts.net"] },
    };
    const asked: string[] = [];
    let served: StartedGateway;
    beforeAll(async () => {
      const whois = (ip: string) => {
        asked.push(ip);
        return Promise.resolve(ip === "100.64.0.9" ? { login: "Owner@example.com" } : undefined);
      };
      served = await start({ gateway }, { whois });
    });
    afterAll(() => served[Symbol.asyncDispose]());

    test("T-AUTH-20 a login it confirms admits the Control UI, to no scopes without a device", async () => {
      const page = await admitted(served.address.url, UI, { headers: owner });
      expect(scopesOf(page.frames.at(-1) ?? {})).toEqual([]);
      expect(errorOf(await page.request("sessions.list")).message).toMatch(/^missing scope/);
      page.end();
    });

    test.each([
      ["another login", { "Tailscale-User-Login": "eve@example.com" }, "AUTH_TAILSCALE_IDENTITY_MISMATCH"],
      ["no login", { "Tailscale-User-Login": "" }, "AUTH_TAILSCALE_IDENTITY_MISSING"],
      ["another address", { "X-Forwarded-For": "100.64.0.10" }, "AUTH_TAILSCALE_WHOIS_FAILED"],
      ["a loopback address", { "X-Forwarded-For": "127.0.0.1" }, "AUTH_TAILSCALE_WHOIS_FAILED"],
    ])("T-AUTH-20 T-PROXY-01 %s is refused, with the right token too", async (_, headers, code) => {
      for (const auth of [{}, { token: TOKEN }]) {
        const origin = { headers: { ...owner, ...headers } };
        const { error, closed } = await refused(served.address.url, { ...UI, auth }, origin);
        expect(error.details).toMatchObject({ code });
        expect(closed.code).toBe(1008);
      }
    });

    test.each(["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"])(
      "T-AUTH-20 T-PROXY-01 an upgrade without %s answers 403",
      async (missing) => {
        const headers = Object.fromEntries(Object.entries(owner).filter(([name]) => name !== missing));
        expect((await upgrade(served.address, { headers })).status).toBe(403);
        const chain = { ...owner, "X-Forwarded-For": "100.64.0.9, 203.0.113.7" };
        expect((await upgrade(served.address, { headers: chain })).status).toBe(403);
      },
    );

    test("T-AUTH-19 a login it would confirm opens no HTTP API and no node", async () => {
      const before = asked.length;
      const calls = [
        { path: "/v1/models", method: "GET" },
        { path: "/v1/chat/completions", method: "POST" },
      ];
      for (const call of calls)
        expect((await http(served.address, { ...call, headers: { ...TAILNET, ...SERVED } })).status).toBe(
          403,
        );
      expect(asked).toHaveLength(before);
      const node = {
        auth: {},
        role: "node",
        client: client("node-host", "node"),
      };
      const { error } = await refused(served.address.url, node, { headers: { ...TAILNET, ...SERVED } });
      expect(error.code).toBe("NOT_PAIRED");
    });
  });
});
