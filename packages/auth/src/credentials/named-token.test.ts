import type { ConnectParams, Dialect } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import type { AuthPolicy } from "../policy.ts";
import {
  createTestAuthenticator,
  createTestDevice,
  createTestNamedToken,
  localFacts,
  samplePairedDevice,
  TEST_PASSWORD,
  TEST_TOKEN,
  testPolicy,
} from "../testing/index.ts";

const FAR = { remoteAddress: "198.51.100.7", headers: { host: "gw.example" } };
const CI = createTestNamedToken("ci", { scopes: ["operator.read", "operator.write"] });
const BACKEND: ConnectParams["client"] = { id: "test", mode: "backend", version: "1", platform: "linux" };

function gatewayWith(entry = CI.entry, changes: Partial<AuthPolicy> = {}) {
  const bench = createTestAuthenticator({ tokens: [entry], ...changes });
  const connect = (token: string, params: Partial<ConnectParams> = {}, dialect: Dialect = 4) =>
    bench.connect({ facts: FAR, dialect, params: { client: BACKEND, auth: { token }, ...params } });
  return { bench, connect };
}
const refusal = (authReason: string, code = "AUTH_UNAUTHORIZED") => ({
  ok: false,
  error: { code: "INVALID_REQUEST", message: "unauthorized", details: { code, authReason } },
  close: { code: 1008, reason: "unauthorized" },
});

describe("a named token over WebSocket", () => {
  test.each<Dialect>([3, 4])(
    "T-AUTH-03 dialect %i: is worth what is asked for and granted",
    async (dialect) => {
      const { connect } = gatewayWith();
      const scopesOf = async (scopes?: string[]) => {
        const verdict = await connect(CI.text, { scopes }, dialect);
        return verdict.ok ? verdict.grant.scopes : verdict.error;
      };
      expect(await scopesOf(["operator.read"])).toEqual(["operator.read"]);
      expect(await scopesOf(["operator.write", "operator.talk"])).toEqual([
        "operator.write",
        "operator.talk",
      ]);
      expect(await scopesOf(["operator.admin", "operator.write"])).toEqual(["operator.write"]);
      expect(await scopesOf([])).toEqual([]);
      expect(await scopesOf(undefined)).toEqual([]);
    },
  );

  test("says whose it is", async () => {
    const { connect } = gatewayWith();
    expect(await connect(` ${CI.text} `)).toMatchObject({
      ok: true,
      grant: {
        principal: { kind: "token", name: "ci" },
        method: "named-token",
        role: "operator",
        isLocal: false,
      },
      effects: [],
    });
  });

  test.each<Partial<AuthPolicy>>([{ mode: "token" }, { mode: "password" }, { mode: "none" }])(
    "admits in mode $mode, from any address and without a device",
    async (mode) => {
      const { connect } = gatewayWith(CI.entry, mode);
      expect(await connect(CI.text)).toMatchObject({ ok: true, grant: { method: "named-token" } });
      expect(await connect(`${CI.text}x`)).toMatchObject(refusal("named_token_mismatch"));
    },
  );

  test("means nothing in mode trusted-proxy", async () => {
    const { connect } = gatewayWith(CI.entry, { mode: "trusted-proxy" });
    expect(await connect(CI.text)).toMatchObject({ ok: false });
  });

  test.each([
    ["an unknown name", createTestNamedToken("other").text],
    ["another secret", `${CI.text.slice(0, -1)}${CI.text.endsWith("A") ? "B" : "A"}`],
    ["a secret cut short", CI.text.slice(0, -1)],
    ["the bare prefix", "oct_"],
    ["no name", `oct__${"x".repeat(43)}`],
    ["the name of a prototype", `oct_constructor_${"x".repeat(43)}`],
    ["the stored hash", `oct_ci_${CI.entry.hash}`],
  ])("refuses %s", async (_, text) => {
    const { connect } = gatewayWith();
    expect(await connect(text)).toMatchObject(refusal("named_token_mismatch"));
  });

  test("is refused from the moment it expires", async () => {
    const { bench, connect } = gatewayWith({ ...CI.entry, expiresAtMs: 1_800_000_010_000 });
    bench.now = 1_800_000_009_999;
    expect(await connect(CI.text)).toMatchObject({ ok: true });
    bench.now = 1_800_000_010_000;
    expect(await connect(CI.text)).toMatchObject(refusal("named_token_expired"));
  });

  test("is refused from a foreign address, and from everywhere when the list is empty", async () => {
    const from = async (cidr: readonly string[]) =>
      (await gatewayWith({ ...CI.entry, cidr }).connect(CI.text)).ok;
    expect(await from(["198.51.100.0/24"])).toBe(true);
    expect(await from(["192.0.2.0/24", "198.51.100.7"])).toBe(true);
    expect(await from(["192.0.2.0/24", "no address"])).toBe(false);
    expect(await from([])).toBe(false);
    const { connect } = gatewayWith({ ...CI.entry, cidr: ["192.0.2.0/24"] });
    expect(await connect(CI.text)).toMatchObject(refusal("named_token_address"));
  });

  test("T-PROXY-05 is refused behind a proxy that does not say for whom it speaks, when addresses count", async () => {
    const { bench } = gatewayWith({ ...CI.entry, cidr: ["0.0.0.0/0"] }, { trustedProxies: ["198.51.100.7"] });
    expect(
      await bench.connect({ facts: FAR, policy: bench.policy, params: { auth: { token: CI.text } } }),
    ).toMatchObject(refusal("named_token_address"));
  });

  test("is for one role, and a node still needs a device", async () => {
    const node = createTestNamedToken("edge", { role: "node", scopes: [] });
    const { bench, connect } = gatewayWith(node.entry);
    const asNode = { role: "node", scopes: [] };
    expect(await connect(node.text)).toMatchObject(refusal("named_token_role"));
    expect(await connect(node.text, asNode)).toMatchObject({
      error: { details: { code: "DEVICE_IDENTITY_REQUIRED" } },
    });
    expect(await gatewayWith().connect(CI.text, asNode)).toMatchObject(refusal("named_token_role"));

    const device = createTestDevice();
    const visit = () =>
      bench.connect({ device, params: { ...asNode, client: BACKEND, auth: { token: node.text } } });
    expect(await visit()).toMatchObject({ error: { details: { reason: "not-paired" } } });
    const { deviceId, publicKey } = device;
    await bench.devices.putDevice(samplePairedDevice(deviceId, { publicKey, roles: ["node"], tokens: {} }));
    expect(await visit()).toMatchObject({
      ok: true,
      grant: { principal: { kind: "token", name: "edge" }, deviceId, role: "node", scopes: [] },
    });
  });

  test("T-PAIR-11 a device beside it is neither paired nor given a token", async () => {
    const { bench } = gatewayWith();
    const device = createTestDevice();
    const { deviceId, publicKey } = device;
    const visit = () => bench.connect({ device, params: { client: BACKEND, auth: { token: CI.text } } });
    const admitted = { principal: { kind: "token", name: "ci" }, deviceId, scopes: ["operator.read"] };
    expect(await visit()).toMatchObject({ ok: true, grant: admitted, effects: [] });
    expect(await bench.devices.devices()).toEqual([]);
    await bench.devices.putDevice(samplePairedDevice(deviceId, { publicKey }));
    const paired = await visit();
    expect(paired.ok && paired.grant.issued).toBeUndefined();
  });

  test("a broken device proof beside it is refused first", async () => {
    const { bench } = gatewayWith();
    const attempt = { device: createTestDevice(), signedAtMs: 1 };
    expect(await bench.connect({ ...attempt, params: { auth: { token: CI.text } } })).toMatchObject({
      error: { message: "device signature expired" },
    });
  });

  test("T-AUTH-21 a stale one beside a valid device token admits by the device token", async () => {
    const { bench } = gatewayWith();
    const device = createTestDevice();
    const client = { id: "openclaw-tui", mode: "ui", version: "1", platform: "linux" } as const;
    const first = await bench.connect({ device, params: { client, auth: { token: TEST_TOKEN } } });
    if (!first.ok) throw first.error;
    const deviceToken = first.grant.issued?.deviceToken;
    const auth = { token: createTestNamedToken("gone").text, deviceToken };
    expect(await bench.connect({ device, params: { client, auth } })).toMatchObject({
      ok: true,
      grant: { method: "device-token" },
    });
    expect(
      await bench.connect({ device, params: { client, auth: { ...auth, deviceToken: undefined } } }),
    ).toMatchObject(refusal("named_token_mismatch"));
  });

  test("T-WEB-02 does not let a foreign page in", async () => {
    const { bench } = gatewayWith();
    const facts = localFacts({ origin: "http://evil.example" });
    expect(
      await bench.connect({ facts, params: { client: BACKEND, auth: { token: CI.text } } }),
    ).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^origin not allowed/) },
    });
  });

  test("T-AUTH-22 is never repeated in a refusal", async () => {
    const { connect } = gatewayWith();
    const { text } = createTestNamedToken("nobody");
    expect(JSON.stringify(await connect(text))).not.toContain(text.slice(-43));
  });
});

describe("guesses at named tokens", () => {
  test("T-AUTH-09 T-AUTH-12 lock the client out of named tokens, and of nothing else", async () => {
    const { connect } = gatewayWith();
    for (let guess = 0; guess < 10; guess += 1)
      expect(await connect(`oct_ci_${guess}`)).toMatchObject(refusal("named_token_mismatch"));
    expect(await connect(CI.text)).toMatchObject({
      error: { details: { authReason: "rate_limited" }, retryAfterMs: 300_000 },
    });
    expect(await connect(TEST_TOKEN)).toMatchObject({ ok: true });
  });

  test("T-AUTH-13 wrong shared secrets do not lock named tokens out, nor does a right one that does not admit", async () => {
    const { bench, connect } = gatewayWith({ ...CI.entry, expiresAtMs: 1_800_000_000_001 });
    for (let guess = 0; guess < 12; guess += 1) await connect("wrong");
    expect(await connect("wrong")).toMatchObject({ error: { details: { authReason: "rate_limited" } } });
    expect(await connect(CI.text)).toMatchObject({ ok: true });
    bench.now += 1;
    for (let visit = 0; visit < 12; visit += 1)
      expect(await connect(CI.text)).toMatchObject(refusal("named_token_expired"));
  });
});

describe("a named token over HTTP", () => {
  const send = (text: string, entry = CI.entry, changes: Partial<AuthPolicy> = {}) =>
    createTestAuthenticator({ tokens: [entry], ...changes }).http({ authorization: `Bearer ${text}` });
  const UNAUTHORIZED = { ok: false, status: 401, type: "unauthorized", message: "Unauthorized" };

  test.each<Partial<AuthPolicy>>([{ mode: "token" }, { mode: "password" }, { mode: "none" }])(
    "is worth what was granted, in mode $mode",
    (mode) => {
      expect(send(CI.text, CI.entry, mode)).toEqual({
        ok: true,
        grant: {
          principal: { kind: "token", name: "ci" },
          role: "operator",
          scopes: ["operator.read", "operator.write"],
          method: "named-token",
          isLocal: true,
        },
      });
    },
  );

  test("T-AUTH-04 is not changed by the scopes header", () => {
    const { text, entry } = CI;
    const bench = createTestAuthenticator({ tokens: [entry] });
    const headers = { authorization: `Bearer ${text}`, "x-openclaw-scopes": "operator.admin" };
    expect(bench.http(headers)).toMatchObject({ grant: { scopes: entry.scopes } });
  });

  test("is refused without a reason when it is wrong, expired, foreign or for nodes", () => {
    expect(send(`${CI.text}x`)).toEqual(UNAUTHORIZED);
    expect(send(CI.text, { ...CI.entry, expiresAtMs: 1 })).toEqual(UNAUTHORIZED);
    expect(send(CI.text, { ...CI.entry, cidr: ["192.0.2.1"] })).toEqual(UNAUTHORIZED);
    expect(send(CI.text, { ...CI.entry, role: "node" })).toEqual(UNAUTHORIZED);
    expect(send(CI.text, CI.entry, { mode: "trusted-proxy" })).toEqual(UNAUTHORIZED);
  });

  test("T-AUTH-09 ten wrong ones lock the client out of named tokens only", () => {
    const bench = createTestAuthenticator({ tokens: [CI.entry] });
    const request = (text: string) =>
      bench.http(
        { authorization: `Bearer ${text}` },
        { ...FAR, headers: { host: "127.0.0.1", authorization: `Bearer ${text}` } },
      );
    for (let guess = 0; guess < 10; guess += 1) expect(request(`oct_ci_${guess}`)).toEqual(UNAUTHORIZED);
    expect(request(CI.text)).toMatchObject({ status: 429, retryAfterMs: 300_000 });
    expect(request(TEST_TOKEN)).toMatchObject({ ok: true });
  });
});

test("the shared secret is not tried with a text that has the form of a named token", async () => {
  const secret = `oct_ci_${"s".repeat(43)}`;
  const { bench, connect } = gatewayWith(CI.entry, { token: secret, password: TEST_PASSWORD });
  expect(bench.policy).toMatchObject({ ...testPolicy(), token: secret, tokens: [CI.entry] });
  expect(await connect(secret)).toMatchObject(refusal("named_token_mismatch"));
});
