import { METHODS, methodScope, OPERATOR_SCOPES } from "@openclaw/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  admitted,
  ALL_SCOPES,
  Attacker,
  client,
  connectParams,
  dialect,
  errorOf,
  type Frame,
  refused,
  scopesOf,
} from "./support/attacker.ts";
import { createDevice, type Forgery } from "./support/device.ts";
import { start, startBehindProxy, type StartedGateway, TOKEN } from "./support/gateway.ts";

const DIALECTS = [3, 4] as const;
/** One method for every scope an operator can hold, whether this build handles it or not. */
const ONE_PER_SCOPE = {
  "operator.admin": "system-event",
  "operator.read": "status",
  "operator.write": "chat.send",
  "operator.approvals": "exec.approval.request",
  "operator.pairing": "device.pair.list",
  "operator.talk": "talk.mode",
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

const open = () => Attacker.open(running.address.url);

/** Everything a stranger must not be able to change. */
async function state(): Promise<unknown> {
  const { queuedSystemEvents } = await owner.call("status");
  const presence = (await owner.request("system-presence"))["payload"] as Frame[];
  return {
    sessions: (await owner.call("sessions.list"))["count"],
    queuedSystemEvents,
    presence: presence.map(({ text }) => text).sort(),
    events: owner.eventNames().filter((name) => name !== "health" && name !== "tick").length,
  };
}

describe("before connect", () => {
  const NAMES = [...Object.keys(METHODS), "no.such.method", "toString", "__proto__", "constructor"];
  /** Params that would have an effect, for whichever method takes them. */
  const TELLING = {
    text: "planted",
    key: "main",
    sessionKey: "main",
    message: "planted",
    idempotencyKey: "planted",
    auth: { token: TOKEN },
  };

  test.each(NAMES)(
    "T-AUTH-01 %s as the first request is refused, closed with 1008, and does nothing",
    async (method) => {
      const before = await state();
      const socket = await open();
      const answer = await socket.request(method, TELLING);
      const text = "invalid handshake: first request must be connect";
      expect(errorOf(answer)).toEqual({ code: "INVALID_REQUEST", message: text });
      expect(await socket.closed).toEqual({ code: 1008, reason: text });
      expect(await state()).toEqual(before);
    },
  );

  test.each([
    ["an event", { type: "event", event: "system-event", payload: { text: "planted" } }],
    ["an answer", { type: "res", id: "1", ok: true, payload: { type: "hello-ok" } }],
    ["a list of requests", [{ type: "req", id: "1", method: "connect", params: {} }]],
    ["a connect with a key too many", { type: "req", id: "1", method: "connect", params: {}, role: "admin" }],
  ])("T-AUTH-01 %s as the first frame is closed with 1008, unanswered", async (_, frame) => {
    const socket = await open();
    socket.send(frame);
    expect(await socket.closed).toEqual({ code: 1008, reason: "invalid request frame" });
    expect(socket.frames).toHaveLength(1);
  });

  test("T-AUTH-01 what is sent behind a refused connect is dropped, never executed", async () => {
    const before = await state();
    const socket = await open();
    const connect = connectParams({ auth: { token: "wrong" } });
    socket.send({ type: "req", id: "c", method: "connect", params: connect });
    for (let each = 0; each < 10; each += 1) {
      socket.send({ type: "req", id: `q${each}`, method: "system-event", params: { text: "planted" } });
      socket.send(JSON.stringify({ type: "req", id: "c2", method: "connect", params: connectParams() }));
    }
    expect((await socket.closed).code).toBe(1008);
    expect(socket.frames.filter(({ type }) => type === "res").map(({ id, ok }) => [id, ok])).toEqual([
      ["c", false],
    ]);
    expect(await state()).toEqual(before);
  });

  test("T-AUTH-01 a refused socket gets no second try", async () => {
    const socket = await open();
    await socket.request("health");
    socket.send({ type: "req", id: "again", method: "connect", params: connectParams() });
    expect((await socket.closed).code).toBe(1008);
    expect(socket.frames.find(({ id }) => id === "again")).toBeUndefined();
  });
});

describe("a wrong secret", () => {
  const WRONG: readonly (readonly [string, Frame])[] = [
    ["without a device", {}],
    ["as a node", { role: "node", client: client("node-host", "node") }],
    ["as the command line", { client: client("cli", "cli") }],
    ["as a probe", { client: client("openclaw-probe", "probe") }],
  ];

  test.each(WRONG)("T-AUTH-02 %s is refused in both dialects, and never greeted", async (_, params) => {
    for (const version of DIALECTS) {
      const socket = await open();
      const answer = await socket.connect(
        connectParams({ ...dialect(version), ...params, auth: { token: `${TOKEN}x` } }),
      );
      expect(errorOf(answer)).toMatchObject({
        code: "INVALID_REQUEST",
        details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" },
      });
      const { code, reason } = await socket.closed;
      expect(code).toBe(1008);
      expect(reason).toMatch(/^unauthorized: gateway token mismatch/);
      expect(JSON.stringify(socket.frames)).not.toContain("hello-ok");
    }
  });

  test.each(DIALECTS)("T-AUTH-02 dialect %i: with a good device it is still wrong", async (version) => {
    const socket = await open();
    const params = { ...dialect(version), auth: { token: "wrong" } };
    expect(errorOf(await socket.connect(createDevice().sign(socket, params))).details).toMatchObject({
      code: "AUTH_TOKEN_MISMATCH",
    });
    expect((await socket.closed).code).toBe(1008);
  });
});

describe("without a device", () => {
  let behindProxy: StartedGateway;
  beforeAll(async () => void (behindProxy = await startBehindProxy()));
  afterAll(() => behindProxy[Symbol.asyncDispose]());

  const STRANGERS: readonly (readonly [string, Frame, boolean])[] = [
    ["a backend from another machine", {}, true],
    ["a command line from another machine", { client: client("cli", "cli") }, true],
    ["a probe of this machine", { client: client("openclaw-probe", "probe") }, false],
    ["a test client of this machine", { client: client("test", "test") }, false],
    ["a backend of dialect 3", { ...dialect(3) }, false],
  ];

  test.each(STRANGERS)("T-AUTH-03 %s that declares every scope gets none", async (_, params, isRemote) => {
    const scopes = [...OPERATOR_SCOPES];
    const { url } = (isRemote ? behindProxy : running).address;
    const socket = await admitted(url, { ...params, scopes }, isRemote ? { from: "203.0.113.7" } : {});
    for (const [scope, method] of Object.entries(ONE_PER_SCOPE)) {
      expect(methodScope(method)).toBe(scope);
      const error = errorOf(await socket.request(method, { key: "main", text: "planted" }));
      expect(error.message).toBe(`missing scope: ${scope}`);
      expect(error.code).toBe(params["maxProtocol"] === 3 ? "INVALID_REQUEST" : "FORBIDDEN");
    }
    expect(await socket.call("health")).toMatchObject({ ok: true });
    socket.end();
  });

  test.each(DIALECTS)("T-AUTH-05 dialect %i: leaving the scopes out means none", async (version) => {
    const params = { ...connectParams(dialect(version)) } as Record<string, unknown>;
    delete params["scopes"];
    const socket = await open();
    expect(await socket.connect(params)).toMatchObject({ ok: true });
    for (const [scope, method] of Object.entries(ONE_PER_SCOPE))
      expect(errorOf(await socket.request(method)).message).toBe(`missing scope: ${scope}`);
    socket.end();
  });

  test("T-AUTH-05 a device that leaves the scopes out gets none either, and what it names otherwise", async () => {
    for (const [scopes, expected] of [
      [undefined, []],
      [["operator.read"], ["operator.read"]],
    ] as const) {
      const socket = await open();
      const signed = createDevice().sign(socket, { client: client("openclaw-tui", "ui"), scopes });
      expect(scopesOf(await socket.connect(signed))).toEqual(expected);
      socket.end();
    }
  });

  test.each(DIALECTS)("T-AUTH-07 dialect %i: a node is refused with the right secret", async (version) => {
    const node = { ...dialect(version), role: "node", client: client("node-host", "node"), scopes: [] };
    const { error, closed } = await refused(running.address.url, node);
    expect(error).toMatchObject({
      code: "NOT_PAIRED",
      message: "device identity required",
      details: { code: "DEVICE_IDENTITY_REQUIRED" },
    });
    expect(closed).toEqual({ code: 1008, reason: "device identity required" });
  });

  test("T-AUTH-07 a node is refused in mode none, too", async () => {
    await using lax = await start({ gateway: { auth: { mode: "none" } } });
    const node = { role: "node", client: client("node-host", "node"), auth: {}, scopes: [] };
    const { error, closed } = await refused(lax.address.url, node);
    expect(error.code).toBe("NOT_PAIRED");
    expect(closed.code).toBe(1008);
  });
});

describe("a signed connect", () => {
  const TUI = { client: client("openclaw-tui", "ui", { deviceFamily: "Linux" }), scopes: ["operator.read"] };
  const FIELDS: readonly (readonly [string, (params: Params) => Frame])[] = [
    ["the client id", (params) => ({ ...params, client: { ...params.client, id: "cli" } })],
    ["the client mode", (params) => ({ ...params, client: { ...params.client, mode: "cli" } })],
    ["the role", (params) => ({ ...params, role: "node" })],
    ["the scopes", (params) => ({ ...params, scopes: ["operator.read", "operator.admin"] })],
    ["the order of nothing but the scopes", (params) => ({ ...params, scopes: ["operator.admin"] })],
    ["the token", (params) => ({ ...params, auth: { token: `${TOKEN} ` } })],
    [
      "the time",
      (params) => ({ ...params, device: { ...params.device, signedAt: params.device.signedAt + 1 } }),
    ],
    ["the platform", (params) => ({ ...params, client: { ...params.client, platform: "other" } })],
    ["the device family", (params) => ({ ...params, client: { ...params.client, deviceFamily: "Mac" } })],
  ];
  interface Params extends Frame {
    readonly client: Frame;
    readonly device: { readonly signedAt: number } & Frame;
  }

  test.each(FIELDS)("T-AUTH-06 with %s altered is refused", async (_, alter) => {
    for (const version of DIALECTS) {
      const socket = await open();
      const signed = createDevice().sign(
        socket,
        { ...TUI, ...dialect(version) },
        { version: "v3" },
      ) as Params;
      const error = errorOf(await socket.connect(alter(signed)));
      expect(error).toMatchObject({
        code: "INVALID_REQUEST",
        message: "device signature invalid",
        details: {
          code: version === 3 ? "DEVICE_AUTH_INVALID" : "DEVICE_AUTH_SIGNATURE_INVALID",
          reason: "device-signature",
        },
      });
      expect(await socket.closed).toEqual({ code: 1008, reason: "device signature invalid" });
    }
  });

  test("T-AUTH-06 replayed on another socket is refused", async () => {
    const first = await open();
    const captured = createDevice().sign(first, TUI);
    expect(await first.connect(captured)).toMatchObject({ ok: true });
    const second = await open();
    expect(errorOf(await second.connect(captured)).details).toMatchObject({
      code: "DEVICE_AUTH_NONCE_MISMATCH",
    });
    expect(await second.closed).toEqual({ code: 1008, reason: "device nonce mismatch" });
    first.end();
  });

  const MINUTE = 60_000;
  test.each([
    [-11 * MINUTE, false],
    [-2 * MINUTE - 1_000, false],
    [-1.9 * MINUTE, true],
    [1.9 * MINUTE, true],
    [2 * MINUTE + 1_000, false],
    [11 * MINUTE, false],
  ])("T-AUTH-06 signed %i ms off our clock: admitted %s", async (offset, isAdmitted) => {
    const socket = await open();
    const answer = await socket.connect(
      createDevice().sign(socket, TUI, { signedAt: socket.challenge.ts + offset }),
    );
    if (isAdmitted) expect(answer["ok"]).toBe(true);
    else {
      expect(errorOf(answer).details).toMatchObject({ code: "DEVICE_AUTH_SIGNATURE_EXPIRED" });
      expect((await socket.closed).code).toBe(1008);
    }
    socket.end();
  });

  const FORGERIES: readonly (readonly [string, Forgery, string])[] = [
    [
      "a nonce of its own choice",
      { nonce: "11111111-2222-4333-8444-555555555555" },
      "DEVICE_AUTH_NONCE_MISMATCH",
    ],
    ["a blank nonce", { nonce: " " }, "DEVICE_AUTH_NONCE_REQUIRED"],
  ];
  test.each(FORGERIES)("T-AUTH-06 signed over %s is refused", async (_, forgery, code) => {
    const socket = await open();
    expect(errorOf(await socket.connect(createDevice().sign(socket, TUI, forgery))).details).toMatchObject({
      code,
    });
    expect((await socket.closed).code).toBe(1008);
  });

  test("T-AUTH-06 with the id or the key of another device is refused", async () => {
    const victim = createDevice();
    for (const stolen of [{ id: victim.id }, { publicKey: victim.publicKey }, { publicKey: "AAAA" }]) {
      const socket = await open();
      const signed = createDevice().sign(socket, TUI) as Params;
      const error = errorOf(await socket.connect({ ...signed, device: { ...signed.device, ...stolen } }));
      expect(error.details).toMatchObject({ code: "DEVICE_AUTH_DEVICE_ID_MISMATCH" });
      expect((await socket.closed).code).toBe(1008);
    }
  });
});

describe("several credentials at a time", () => {
  const PRESENTED = { absent: undefined, right: TOKEN, wrong: "wrong-secret" } as const;
  type Presence = keyof typeof PRESENTED;
  /** Token, device token, and the verdict: how it was admitted, or the detail code. The password is another column. */
  const TABLE: readonly (readonly [token: Presence, deviceToken: Presence, verdict: string])[] = [
    ["absent", "absent", "AUTH_TOKEN_MISSING"],
    ["absent", "wrong", "AUTH_DEVICE_TOKEN_MISMATCH"],
    ["absent", "right", "device-token"],
    ["wrong", "absent", "AUTH_TOKEN_MISMATCH"],
    ["wrong", "wrong", "AUTH_DEVICE_TOKEN_MISMATCH"],
    ["wrong", "right", "device-token"],
    ["right", "absent", "token"],
    ["right", "wrong", "token"],
    ["right", "right", "token"],
  ];
  const ROWS = TABLE.flatMap(([token, deviceToken, verdict]) =>
    (["absent", "wrong", "right"] as const).map((password) => {
      // Dialect 4 takes the secret from either field, but the other one only where the own is empty.
      const isPasswordTried = token === "absent" && password !== "absent";
      const instead = password === "right" ? "token" : verdict.replace("TOKEN_MISSING", "TOKEN_MISMATCH");
      return [token, password, deviceToken, isPasswordTried ? instead : verdict] as const;
    }),
  );

  const device = createDevice();
  let deviceToken = "";
  beforeAll(async () => {
    const socket = await open();
    const hello = await socket.connect(device.sign(socket, { client: client("openclaw-tui", "ui") }));
    deviceToken = ((hello["payload"] as Frame)["auth"] as { deviceToken: string }).deviceToken;
    socket.end();
  });

  test.each(ROWS)(
    "T-AUTH-21 token %s, password %s, device token %s: %s",
    async (token, password, own, verdict) => {
      const auth = {
        token: PRESENTED[token],
        password: PRESENTED[password],
        deviceToken: own === "right" ? deviceToken : PRESENTED[own],
      };
      const socket = await open();
      const answer = await socket.connect(
        device.sign(socket, { client: client("openclaw-tui", "ui"), auth }),
      );
      if (answer["ok"] === true)
        expect(((answer["payload"] as Frame)["auth"] as Frame)["method"]).toBe(verdict);
      else {
        expect(errorOf(answer).details).toMatchObject({ code: verdict });
        expect((await socket.closed).code).toBe(1008);
      }
      expect(answer["ok"]).toBe(!verdict.startsWith("AUTH_"));
      socket.end();
    },
  );
});

test("T-AUTH-22 no secret comes back in an answer, a close or the log, whatever it was and wherever it stood", async () => {
  await using quiet = await start();
  const secret = fc
    .string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" })
    .filter((text) => text.trim().length >= 12);
  const fields = ["token", "deviceToken", "password", "bootstrapToken", "agentRuntimeIdentityToken"] as const;
  await fc.assert(
    fc.asyncProperty(
      secret,
      fc.subarray([...fields], { minLength: 1 }),
      fc.boolean(),
      async (text, used, isSigned) => {
        const auth = Object.fromEntries(used.map((field) => [field, text]));
        const socket = await Attacker.open(quiet.address.url);
        const params = { auth, scopes: ALL_SCOPES };
        const answer = await socket.connect(
          isSigned ? createDevice().sign(socket, params) : connectParams(params),
        );
        expect(answer["ok"]).toBe(false);
        const told = JSON.stringify([socket.frames, await socket.closed, quiet.log]);
        for (const needle of [text, JSON.stringify(text).slice(1, -1), TOKEN])
          expect(told).not.toContain(needle);
      },
    ),
    { seed: 22, numRuns: 60 },
  );
});
