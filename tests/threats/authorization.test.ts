import {
  CLIENT_IDS,
  CLIENT_MODES,
  METHODS,
  methodScope,
  OPERATOR_SCOPES,
  scopeCovers,
} from "@openclaw/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  admitted,
  ALL_SCOPES,
  Attacker,
  client,
  dialect,
  errorOf,
  type Frame,
  scopesOf,
} from "./support/attacker.ts";
import { createDevice } from "./support/device.ts";
import { start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";
import { bearer, http } from "./support/http.ts";

const TUI = client("openclaw-tui", "ui");
const NODE = { role: "node", client: client("node-host", "node"), scopes: [], auth: { token: TOKEN } };
/** What is for machines that offer commands. */
const NODE_METHODS = Object.keys(METHODS).filter((name) => methodScope(name) === "node");

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

/** A local program with just these scopes. */
const holder = (scopes: readonly string[], url = running.address.url) => admitted(url, { scopes });

/** A device paired at this machine, by its own connection. */
async function paired(params: Frame, url = running.address.url): Promise<Attacker> {
  const socket = await Attacker.open(url);
  const answer = await socket.connect(createDevice().sign(socket, params));
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
  return socket;
}

async function run(socket: Attacker, params: Frame): Promise<Frame> {
  const idempotencyKey = `run-${Math.random()}`;
  await socket.call("chat.send", { sessionKey: "main", idempotencyKey, ...params });
  return owner.frame(
    ({ event, payload }) =>
      event === "chat" &&
      (payload as Frame)["runId"] === idempotencyKey &&
      (payload as Frame)["state"] !== "delta",
  );
}

describe("what a client says about itself", () => {
  let remote: StartedGateway;
  beforeAll(async () => void (remote = await startBehindProxy()));
  afterAll(() => remote[Symbol.asyncDispose]());

  const CLAIMS = CLIENT_IDS.flatMap((id) => CLIENT_MODES.map((mode) => [id, mode] as const)).filter(
    ([id, mode]) => !id.startsWith("openclaw-control") && !/web|worker/.test(`${id} ${mode}`),
  );
  test("T-AZ-04 grants no scope, whatever id and mode it claims", async () => {
    for (const [id, mode] of CLAIMS) {
      const socket = await admitted(
        remote.address.url,
        {
          client: client(id, mode),
          scopes: ALL_SCOPES,
          caps: ["tool-events", "approvals", "operator.admin"],
        },
        { from: "203.0.113.1" },
      );
      expect([id, mode, scopesOf(socket.frames[1]!)]).toEqual([id, mode, []]);
      socket.end();
    }
    expect(CLAIMS.length).toBeGreaterThan(50);
  });

  const RESERVED = {
    originatingChannel: "telegram",
    originatingTo: "owner",
    originatingAccountId: "owner",
    originatingThreadId: "1",
    systemInputProvenance: { kind: "internal_system" },
    systemProvenanceReceipt: { signed: true },
    suppressCommandInterpretation: true,
  };
  test.each(Object.entries(RESERVED))(
    "T-AZ-04 does not unlock the reserved field %s",
    async (field, value) => {
      const before = (await owner.call("sessions.list"))["count"];
      for (const [id, mode] of [
        ["gateway-client", "backend"],
        ["cli", "cli"],
      ]) {
        const socket = await admitted(running.address.url, {
          client: client(id!, mode!),
          scopes: ["operator.read", "operator.write"],
        });
        const params = {
          sessionKey: `forged-${field}`,
          message: "hi",
          idempotencyKey: `forged-${field}-${id}`,
        };
        const error = errorOf(await socket.request("chat.send", { ...params, [field]: value }));
        expect(error).toMatchObject({ code: "FORBIDDEN", message: "missing scope: operator.admin" });
        socket.end();
      }
      expect((await owner.call("sessions.list"))["count"]).toBe(before);
    },
  );
});

describe("method names nobody registered", () => {
  const ODD = [
    ...Object.getOwnPropertyNames(Object.prototype),
    ...Object.getOwnPropertyNames(Function.prototype),
    "then",
    "no.such.method",
    " health",
    "HEALTH",
    "health\u0000",
    "sessions.list.constructor",
    "メソッド",
    "\u202emethod",
    "a\r\n\u001b[31mforged log line",
    "x".repeat(10_000),
  ];

  test.each([3, 4] as const)("T-AZ-09 dialect %i: are answered at once, to whoever asks", async (version) => {
    const params = { ...dialect(version), client: TUI };
    const admin = version === 4 ? owner : await paired({ ...params, scopes: ALL_SCOPES });
    const nobody = await admitted(running.address.url, { ...dialect(version), scopes: [] });
    for (const method of ODD) {
      const [answer, refusal] = await Promise.all([admin.request(method), nobody.request(method)]);
      expect(errorOf(refusal).message).toBe("missing scope: operator.admin");
      const { code, message } = errorOf(answer);
      expect(code).toBe("INVALID_REQUEST");
      expect(message).toMatch(/^unknown method: /);
      expect(message.length).toBeLessThan(200);
      expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }
    expect(await nobody.call("health")).toMatchObject({ ok: true });
    nobody.end();
    if (admin !== owner) admin.end();
  });

  test("T-AZ-09 an empty name is no request", async () => {
    const answer = await owner.request("");
    expect(errorOf(answer).message).toMatch(/^invalid request frame: at \/method: /);
  });

  test("T-AZ-09 params full of prototype keys change nothing", async () => {
    for (const key of ["__proto__", "constructor", "prototype"]) {
      for (const method of Object.keys(METHODS)) {
        const params = `{"${key}":{"isAdmin":true,"sessionKey":"main"},"x":1}`;
        owner.send(`{"type":"req","id":"${key}-${method}","method":"${method}","params":${params}}`);
        await owner.frame(({ id }) => id === `${key}-${method}`);
      }
    }
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
    expect(Reflect.get({}, "sessionKey")).toBeUndefined();
  });
});

describe("secrets of the configuration", () => {
  const canary = (name: string) => `canary-${name}-9f1c4b7e2d`;
  const NAMES = [
    "token",
    "provider",
    "header",
    "hooks",
    "remote",
    "proxy",
    "telegram",
    "env",
    "variable",
    "skill",
  ];
  const CONFIG = {
    gateway: {
      auth: {
        token: canary("token"),
        trustedProxy: { userHeader: "x-user", secretHeader: { name: "x-secret", value: canary("proxy") } },
      },
      remote: { url: "wss://gw.example", token: canary("remote"), password: canary("remote") },
      http: { endpoints: { chatCompletions: { enabled: true } } },
    },
    hooks: { enabled: true, token: canary("hooks") },
    env: { vars: { ACME_API_KEY: canary("env") } },
    channels: { telegram: { botToken: canary("telegram") } },
    models: {
      providers: {
        acme: {
          baseUrl: "http://127.0.0.1:1/v1",
          apiKey: canary("provider"),
          api: "openai-completions",
          headers: { Authorization: `Bearer ${canary("header")}` },
          models: [{ id: "m", name: "M" }],
        },
        other: {
          baseUrl: "http://127.0.0.1:1/v1",
          apiKey: "${ACME_KEY}",
          api: "openai-completions",
          models: [],
        },
      },
    },
    skills: { entries: { weather: { apiKey: canary("skill"), env: { WEATHER_KEY: canary("skill") } } } },
    agents: { defaults: { model: { primary: "acme/m" } } },
  };

  test("T-AZ-10 reach nobody: not in a result, an error, an event, a route or the log, at any scope", async () => {
    await using guarded = await start(CONFIG, {
      env: { ACME_KEY: canary("variable"), UNRELATED: canary("env") },
    });
    const { url } = guarded.address;
    const told: string[] = [];
    const as = (scopes: readonly string[], version: 3 | 4) =>
      paired({ ...dialect(version), client: TUI, scopes, auth: { token: canary("token") } }, url);
    // Whatever the admin may, nobody else learns either; one socket each, in both dialects.
    const sockets = [
      await as(ALL_SCOPES, 4),
      await as(ALL_SCOPES, 3),
      ...(await Promise.all(
        [[], ["operator.read"], ["operator.write"], ["operator.pairing"]].map((scopes) => as(scopes, 4)),
      )),
    ];
    for (const socket of sockets) {
      for (const method of Object.keys(METHODS)) {
        await socket.request(method, {});
        await socket.request(method, {
          sessionKey: "main",
          message: "hi",
          idempotencyKey: method,
          text: "hi",
          key: "main",
        });
        await socket.request(method, { includeSecrets: true, reveal: true, raw: true, probe: true });
      }
    }
    for (const path of [
      "/healthz",
      "/readyz",
      "/startupz",
      "/v1/models",
      "/v1/models/openclaw",
      "/",
      "/config",
    ]) {
      told.push(JSON.stringify(await http(guarded.address, { path })));
      told.push(JSON.stringify(await http(guarded.address, { path, headers: bearer(canary("token")) })));
    }
    told.push(
      JSON.stringify(
        await http(guarded.address, {
          method: "POST",
          path: "/v1/chat/completions",
          body: '{"model":"openclaw","messages":[{"role":"user","content":"hi"}]}',
          headers: bearer(canary("token")),
        }),
      ),
    );
    const frames = sockets.flatMap((socket) => socket.frames.map((frame) => JSON.stringify(frame)));
    expect(frames.length).toBeGreaterThan(100);
    const everything = [...told, ...frames, ...guarded.log.map(({ text }) => text)];
    // What is looked for was really planted: the configuration is shown, with something in its place.
    expect(everything.some((text) => text.includes("__OPENCLAW_REDACTED__"))).toBe(true);
    for (const name of NAMES)
      expect(
        everything.filter((text) => text.includes(canary(name))).map((text) => text.slice(0, 300)),
      ).toEqual([]);
    for (const socket of sockets) socket.end();
  });
});

describe("what low scopes see", () => {
  test("T-AZ-11 without a scope: counts and states, no path, no session, nobody's name", async () => {
    const watcher = await admitted(running.address.url, {
      client: client("gateway-client", "backend", { displayName: "Secret Laptop" }),
    });
    await run(watcher, { message: "hello", sessionKey: "secret-project" });
    const nobody = await holder([]);
    const told = [nobody.frames[1], await nobody.request("health", { probe: true })];
    const text = JSON.stringify(told);
    const summary = await owner.call("status");
    const storePath = ((summary["sessions"] as Frame)["paths"] as string[])[0]!;
    expect(storePath).toBe(":memory:");
    for (const hidden of ["secret-project", "Secret Laptop", storePath, "configPath", "stateDir", "authMode"])
      expect(text).not.toContain(hidden);
    expect(text).toContain("[redacted]");
    expect(text).toContain('"count":');
    const full = JSON.stringify([
      owner.frames[1],
      await owner.call("health"),
      await owner.request("system-presence"),
      summary,
    ]);
    for (const shown of ["secret-project", "Secret Laptop", storePath, "configPath", "stateDir", "authMode"])
      expect(full).toContain(shown);
    watcher.end();
    nobody.end();
  });

  test("T-AZ-11 a reader sees no paths of the host and no rows of the status", async () => {
    const reader = await holder(["operator.read"]);
    const hello = JSON.stringify(reader.frames[1]);
    for (const hidden of ["configPath", "stateDir", "authMode"]) expect(hello).not.toContain(hidden);
    const sessions = (await reader.call("status"))["sessions"] as Frame;
    expect(sessions).toMatchObject({ paths: [], recent: [], count: expect.any(Number) as number });
    for (const agent of sessions["byAgent"] as Frame[])
      expect(agent).toMatchObject({ path: "[redacted]", recent: [] });
    reader.end();
  });
});

describe("events", () => {
  const SCOPE_SETS: readonly (readonly string[])[] = [
    [],
    ...OPERATOR_SCOPES.map((scope) => [scope]),
    ["operator.read", "operator.pairing"],
  ];
  /** What each event asks for; everything the sources below cause. */
  const GUARDS: Readonly<Record<string, string>> = {
    tick: "none",
    health: "none",
    shutdown: "none",
    agent: "operator.read",
    chat: "operator.read",
    presence: "operator.read",
    "device.pair.requested": "operator.pairing",
    "device.pair.resolved": "operator.pairing",
    "exec.approval.requested": "operator.approvals",
    "exec.approval.resolved": "operator.approvals",
  };

  test.each([3, 4] as const)(
    "T-AZ-12 dialect %i: each holder hears exactly what its scopes cover",
    async (version) => {
      const stage = await startBehindProxy({ limits: { tickIntervalMs: 200 } });
      const { url } = stage.address;
      const listeners = await Promise.all(
        SCOPE_SETS.map(async (scopes) => ({
          scopes,
          // A device, so that dialect 3 keeps its scopes; as command line, so that no presence is left behind.
          socket: await paired({ ...dialect(version), client: client("cli", "cli"), scopes }, url),
        })),
      );
      const node = await paired({ ...NODE, ...dialect(version) }, url);
      const cause = await admitted(url, { caps: ["tool-events"] });

      await cause.call("chat.send", { sessionKey: "main", message: "@tool x", idempotencyKey: "k" });
      await cause.frame(({ event, payload }) => event === "chat" && (payload as Frame)["state"] === "final");
      await cause.call("exec.approval.request", { id: "a", command: "ls", twoPhase: true });
      await cause.call("exec.approval.resolve", { id: "a", decision: "deny" });
      (await admitted(url, { client: client("test", "test") })).end();
      const remote = await Attacker.open(url, { from: "203.0.113.1" });
      await remote.connect(createDevice().sign(remote, { client: TUI, scopes: [] }));
      await paired({ client: TUI, scopes: [] }, url);
      await cause.event("device.pair.resolved");
      await cause.event("presence");
      stage.advance(120_000);
      await cause.request("health", { probe: true });
      await cause.event("tick");
      await stage.gateway.close();

      await Promise.all([...listeners.map(({ socket }) => socket.closed), node.closed]);
      const heard = (socket: Attacker) =>
        [...new Set(socket.eventNames())].filter((name) => name in GUARDS).sort();
      for (const { scopes, socket } of listeners) {
        const due = Object.keys(GUARDS).filter(
          (event) => GUARDS[event] === "none" || scopeCovers(scopes, GUARDS[event] ?? ""),
        );
        expect([scopes, heard(socket)]).toEqual([scopes, due.sort()]);
        // Nothing is heard that has no guard above, and the numbers have no holes.
        expect(
          socket.eventNames().filter((name) => !(name in GUARDS) && name !== "connect.challenge"),
        ).toEqual([]);
        const numbers = socket.frames.flatMap(({ seq }) => (typeof seq === "number" ? [seq] : []));
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }
      expect(heard(node)).toEqual(["health", "shutdown", "tick"]);
      expect(
        cause.frames.filter(
          ({ event, payload }) => event === "agent" && (payload as Frame)["stream"] === "tool",
        ).length,
      ).toBeGreaterThan(0);
      // Steps of tools are for who started the run and asked for them.
      for (const { socket } of listeners)
        expect(
          socket.frames.some(({ payload }) => (payload as Frame | undefined)?.["stream"] === "tool"),
        ).toBe(false);
    },
  );
});

describe("roles", () => {
  test("T-AZ-19 a node may call what nodes may, is told its role and nothing of scopes, and is closed when it goes on", async () => {
    const names = [...Object.keys(METHODS), "no.such.method", "constructor"].filter(
      (name) => name !== "health" && methodScope(name) !== "node",
    );
    for (const name of names) {
      const node = await paired(NODE);
      expect(errorOf(await node.request(name, {}))).toEqual({
        code: "INVALID_REQUEST",
        message: "unauthorized role: node",
      });
      expect(await node.call("health")).toMatchObject({ ok: true });
      node.end();
    }
    const stubborn = await paired(NODE);
    for (let call = 0; call < 11; call += 1) await stubborn.request("status");
    expect(await stubborn.closed).toEqual({ code: 1008, reason: "repeated unauthorized calls" });
  });

  test.each(NODE_METHODS)("T-AZ-19 an operator may not call %s, with every scope or none", async (method) => {
    for (const scopes of [ALL_SCOPES, []]) {
      const operator = await holder(scopes);
      expect(errorOf(await operator.request(method, { id: "1", nodeId: "1", ok: true }))).toEqual({
        code: "INVALID_REQUEST",
        message: "unauthorized role: operator",
      });
      operator.end();
    }
  });

  test("T-AZ-19 scopes mean nothing in the hands of a node, and an operator's device cannot become a node unasked", async () => {
    const node = await paired({ ...NODE, scopes: ALL_SCOPES });
    expect(errorOf(await node.request("status")).message).toBe("unauthorized role: node");
    const { snapshot } = node.frames[1]!["payload"] as { snapshot: Frame };
    expect(snapshot).toMatchObject({ presence: [] });
    for (const hidden of ["configPath", "stateDir", "authMode"]) expect(snapshot).not.toHaveProperty(hidden);
    for (const health of [snapshot["health"], await node.call("health", { probe: true })])
      expect((health as Frame)["sessions"]).toMatchObject({ path: "[redacted]", recent: [] });
    node.end();
    const device = createDevice();
    const first = await Attacker.open(running.address.url);
    expect(await first.connect(device.sign(first, { client: TUI, scopes: ["operator.read"] }))).toMatchObject(
      { ok: true },
    );
    first.end();
    const second = await Attacker.open(running.address.url);
    expect(errorOf(await second.connect(device.sign(second, NODE)))).toMatchObject({
      code: "NOT_PAIRED",
      details: { code: "PAIRING_REQUIRED", reason: "role-upgrade" },
    });
    expect((await second.closed).code).toBe(1008);
  });
});

describe("acting through somebody else", () => {
  test.each([
    "system.execApprovals.set",
    "system.execApprovals.get",
    "exec.approvals.set",
    "gateway.config.patch",
    "__proto__",
  ])("T-AZ-13 node.invoke does not carry %s to a node", async (command) => {
    const device = createDevice();
    const node = await Attacker.open(running.address.url);
    expect(
      await node.connect(device.sign(node, { ...NODE, commands: ["system.run", command] })),
    ).toMatchObject({ ok: true });
    const params = {
      nodeId: device.id,
      command,
      params: { allow: ["*"] },
      idempotencyKey: `invoke-${command}`,
    };
    const answer = await owner.request("node.invoke", params);
    expect(errorOf(answer).code).toMatch(/^(INVALID_REQUEST|UNAVAILABLE)$/);
    await node.call("health");
    expect(node.eventNames()).not.toContain("node.invoke.request");
    node.end();
  });

  test("T-AZ-13 an approval nobody asked for cannot be given, and needs its own scope", async () => {
    const writer = await holder(["operator.write"]);
    const approver = await holder(["operator.approvals"]);
    const params = { id: "11111111-2222-4333-8444-555555555555", decision: "allow-always" };
    expect(errorOf(await writer.request("exec.approval.resolve", params)).message).toBe(
      "missing scope: operator.approvals",
    );
    expect(errorOf(await approver.request("exec.approval.resolve", params)).code).toBe("INVALID_REQUEST");
    expect(errorOf(await approver.request("exec.approvals.set", { file: {} })).message).toBe(
      "missing scope: operator.admin",
    );
    writer.end();
    approver.end();
  });

  const INTERNAL_TOOLS = [
    "gateway",
    "cron",
    "sessions_spawn",
    "sessions_send",
    "config.patch",
    "nodes",
    "message",
  ];
  test.each(INTERNAL_TOOLS)("T-AZ-14 a run of a mere writer reaches no tool %s", async (tool) => {
    const writer = await holder(["operator.write"]);
    const config = (await owner.call("config.get"))["hash"];
    const sessionKey = "writer";
    const final = await run(writer, {
      message: `@tool ${tool} {"action":"restart","job":{},"sessionKey":"stolen"}`,
      sessionKey,
    });
    expect((final["payload"] as Frame)["state"]).not.toBe("delta");
    const { messages } = (await owner.call("chat.history", { sessionKey })) as { messages: readonly Frame[] };
    const results = messages.filter(({ role }) => role === "toolResult");
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) expect(result).toMatchObject({ isError: true });
    const { sessions } = (await owner.call("sessions.list")) as { sessions: readonly Frame[] };
    expect(sessions.filter(({ key }) => /stolen|spawn|subagent|cron/.test(String(key)))).toEqual([]);
    expect((await owner.call("config.get"))["hash"]).toBe(config);
    writer.end();
  });

  test.each([
    ["chat.send", { sessionKey: "main" }],
    ["agent", { sessionKey: "main" }],
  ])("T-AZ-14 a line in %s carries no more than the scope of who sent it", async (method, params) => {
    await run(owner, { message: "keep me" });
    const writer = await holder(["operator.write"]);
    const sessionId = ((await owner.call("chat.history", { sessionKey: "main" })) as Frame)["sessionId"];
    for (const message of ["/new", "/reset", "/reset now", " /NEW x"]) {
      const answer = await writer.request(method, {
        ...params,
        message,
        idempotencyKey: `${method}-${message}`,
      });
      expect(errorOf(answer)).toMatchObject({ code: "FORBIDDEN", message: "missing scope: operator.admin" });
    }
    expect(((await owner.call("chat.history", { sessionKey: "main" })) as Frame)["sessionId"]).toBe(
      sessionId,
    );
    writer.end();
  });

  test("T-AZ-14 nor does a line over HTTP: it is text for the model there", async () => {
    await run(owner, { message: "keep me" });
    const history = async () =>
      (await owner.call("chat.history", { sessionKey: "main" })) as { messages: unknown[] } & Frame;
    const { sessionId, messages } = await history();
    const answer = await http(running.address, {
      method: "POST",
      path: "/v1/chat/completions",
      body: '{"model":"openclaw","messages":[{"role":"user","content":"/reset"}]}',
      headers: { ...bearer(TOKEN), "X-OpenClaw-Session-Key": "main" },
    });
    expect(answer.status).toBe(200);
    const after = await history();
    expect(after["sessionId"]).toBe(sessionId);
    expect(after.messages.length).toBeGreaterThan(messages.length);
  });

  test("T-AZ-16 knowing the key of a session opens nothing", async () => {
    await run(owner, { message: "a private word", sessionKey: "agent:main:private" });
    const key = "agent:main:private";
    const CALLS = [
      ["chat.history", { sessionKey: key }, "operator.read"],
      ["chat.send", { sessionKey: key, message: "x", idempotencyKey: "steal" }, "operator.write"],
      ["chat.abort", { sessionKey: key }, "operator.write"],
      ["agent", { sessionKey: key, message: "x", idempotencyKey: "steal-2" }, "operator.write"],
      ["sessions.list", { search: "private" }, "operator.read"],
    ] as const;
    for (const scopes of [[], ["operator.pairing"], ["operator.approvals"], ["operator.read"]]) {
      const holding = await holder(scopes);
      for (const [method, params, needed] of CALLS) {
        const isCovered = scopeCovers(scopes, needed);
        const real = await holding.request(method, params);
        // The same refusal for a session that does not exist: a refused caller cannot tell.
        const other = await holding.request(
          method,
          JSON.parse(JSON.stringify(params).replaceAll("private", "nothing")),
        );
        expect(real["ok"]).toBe(isCovered);
        if (!isCovered) expect(errorOf(real)).toEqual(errorOf(other));
      }
      holding.end();
    }
    const { messages } = (await owner.call("chat.history", { sessionKey: key })) as {
      messages: readonly unknown[];
    };
    expect(messages).toHaveLength(2);
  });

  test("T-AZ-16 a run in one session reads and steers no other", async () => {
    await run(owner, { message: "the parent's secret", sessionKey: "agent:main:parent" });
    const child = "agent:main:parent:child";
    for (const tool of ["sessions_history", "sessions_send", "sessions_list", "session_status"])
      await run(owner, {
        message: `@tool ${tool} {"sessionKey":"agent:main:parent","message":"planted"}`,
        sessionKey: child,
      });
    expect(JSON.stringify(await owner.call("chat.history", { sessionKey: child }))).not.toContain(
      "the parent's secret",
    );
    const parent = (await owner.call("chat.history", { sessionKey: "agent:main:parent" })) as {
      messages: readonly unknown[];
    };
    expect(parent.messages).toHaveLength(2);
  });
});
