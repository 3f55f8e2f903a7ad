import type { ConnectParams } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import {
  type AttemptOptions,
  createTestAuthenticator,
  createTestDevice,
  localFacts,
  TEST_PASSWORD,
  TEST_TOKEN,
} from "../testing/index.ts";
import type { AuthPolicy } from "../policy.ts";

// What the 2026.2.24 line answers in the same situation, by the name of the recorded conversation.

type Client = ConnectParams["client"];
const made = { version: "1.0.0", platform: "linux" } as const;
const CLI: Client = { id: "cli", mode: "cli", ...made };
const BACKEND: Client = { id: "gateway-client", mode: "backend", ...made };
const NODE: Client = { id: "node-host", mode: "node", ...made };
const UI: Client = { id: "openclaw-control-ui", mode: "webchat", ...made };
const OWN_PAGE = localFacts({ origin: "http://localhost:18789" });
const GOOD = { token: TEST_TOKEN };

const ORIGIN_REFUSED =
  "origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)";

interface Refused {
  readonly name: string;
  readonly policy?: Partial<AuthPolicy>;
  readonly attempt: AttemptOptions;
  readonly error: { readonly code?: string; readonly message: string; readonly details?: unknown };
}

const invalid = (params: Partial<ConnectParams>, message: string, details?: unknown) => ({
  attempt: { params: { scopes: [], ...params } },
  error: { message, ...(details !== undefined && { details }) },
});
const NO_DEVICE = {
  code: "NOT_PAIRED",
  message: "device identity required",
  details: { code: "DEVICE_IDENTITY_REQUIRED" },
};
const reason = (authReason: string) => ({ code: `AUTH_${authReason.toUpperCase()}`, authReason });
const password: Partial<AuthPolicy> = { mode: "password" };

const REFUSED: readonly Refused[] = [
  { name: "hs-invalid-role", ...invalid({ client: BACKEND, role: "admin", auth: GOOD }, "invalid role") },
  {
    name: "hs-bad-token",
    ...invalid(
      { client: CLI, auth: { token: "wrong" } },
      "unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)",
      reason("token_mismatch"),
    ),
  },
  {
    name: "hs-bad-token-generic-client",
    ...invalid(
      { client: BACKEND, auth: { token: "wrong" } },
      "unauthorized: gateway token mismatch (provide gateway auth token)",
      reason("token_mismatch"),
    ),
  },
  {
    name: "hs-password-in-token-mode",
    ...invalid(
      { client: BACKEND, auth: { password: "pw" } },
      "unauthorized: gateway token missing (provide gateway auth token)",
      reason("token_missing"),
    ),
  },
  {
    name: "hs-password-mode, wrong",
    policy: password,
    ...invalid(
      { client: CLI, auth: { password: "nope" } },
      "unauthorized: gateway password mismatch (set gateway.remote.password to match gateway.auth.password)",
      reason("password_mismatch"),
    ),
  },
  { name: "hs-no-auth-no-device", attempt: { params: { client: BACKEND } }, error: NO_DEVICE },
  {
    name: "hs-auth-none, no-device",
    policy: { mode: "none" },
    attempt: { params: { client: BACKEND } },
    error: NO_DEVICE,
  },
  {
    name: "hs-node-no-device",
    attempt: { params: { client: NODE, role: "node", auth: GOOD } },
    error: NO_DEVICE,
  },
  {
    name: "ui-no-device",
    attempt: { facts: OWN_PAGE, params: { client: UI, auth: GOOD } },
    error: {
      message: "control ui requires device identity (use HTTPS or localhost secure context)",
      details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" },
    },
  },
  {
    name: "ui-origin-denied",
    attempt: { facts: localFacts({ origin: "https://evil.example" }), params: { client: UI, auth: GOOD } },
    error: { message: ORIGIN_REFUSED },
  },
  {
    name: "ui-origin-missing",
    attempt: { params: { client: UI, auth: GOOD } },
    error: { message: ORIGIN_REFUSED },
  },
];

const withDevice: readonly Refused[] = [
  {
    name: "hs-bad-token-with-device",
    ...invalid(
      { client: BACKEND, scopes: ["operator.read"], auth: { token: "wrong" } },
      "unauthorized: gateway token mismatch (provide gateway auth token)",
      reason("token_mismatch"),
    ),
  },
  {
    name: "hs-no-auth-with-device",
    ...invalid(
      { client: BACKEND, scopes: ["operator.read"] },
      "unauthorized: gateway token missing (provide gateway auth token)",
      reason("token_missing"),
    ),
  },
  {
    name: "hs-wrong-device-token",
    ...invalid(
      { client: BACKEND, auth: { deviceToken: "wrong-device-token" } },
      "unauthorized: device token mismatch (rotate/reissue device token)",
      reason("device_token_mismatch"),
    ),
  },
  {
    name: "hs-password-mode, token-instead",
    policy: password,
    ...invalid(
      { client: BACKEND, auth: { token: "wrong" } },
      "unauthorized: gateway password missing (provide gateway auth password)",
      reason("password_missing"),
    ),
  },
  {
    name: "hs-password-mode, nothing",
    policy: password,
    ...invalid(
      { client: BACKEND },
      "unauthorized: gateway password missing (provide gateway auth password)",
      reason("password_missing"),
    ),
  },
];

describe("dialect 3 refuses as recorded", () => {
  const all = [
    ...REFUSED,
    ...withDevice.map((row) => ({ ...row, attempt: { ...row.attempt, device: createTestDevice() } })),
  ];
  test.each(all)("$name", async ({ policy, attempt, error }) => {
    const verdict = await createTestAuthenticator(policy).connect({ ...attempt, dialect: 3 });
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.toShape()).toEqual({ code: "INVALID_REQUEST", ...error });
    expect(verdict.close).toEqual({ code: 1008, reason: error.message.slice(0, 120) });
    expect(verdict.effects).toEqual([]);
  });
});

describe("dialect 3 refuses a device proof as recorded", () => {
  const device = createTestDevice();
  const params = { client: BACKEND, scopes: ["operator.read"], auth: GOOD };
  const attempt: AttemptOptions = { params, device, dialect: 3 };

  test.each<[string, (signed: NonNullable<ConnectParams["device"]>) => object, string, string]>([
    ["dev-bad-public-key", () => ({ publicKey: "AAAA" }), "device identity mismatch", "device-id-mismatch"],
    ["dev-bad-signature", () => ({ signature: "AAAA" }), "device signature invalid", "device-signature"],
    ["dev-id-mismatch", () => ({ id: "0".repeat(64) }), "device identity mismatch", "device-id-mismatch"],
    ["dev-nonce-blank", () => ({ nonce: "  " }), "device nonce required", "device-nonce-missing"],
    ["dev-nonce-mismatch", () => ({ nonce: "other" }), "device nonce mismatch", "device-nonce-mismatch"],
    [
      "dev-stale-signature",
      ({ signedAt }) => ({ signedAt: signedAt - 120_001 }),
      "device signature expired",
      "device-signature-stale",
    ],
    [
      "dev-future-signature",
      ({ signedAt }) => ({ signedAt: signedAt + 120_001 }),
      "device signature expired",
      "device-signature-stale",
    ],
  ])("%s", async (_, change, message, why) => {
    const tampering = { ...device, sign: tamper(device.sign, change) };
    const verdict = await createTestAuthenticator().connect({ ...attempt, device: tampering });
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.toShape()).toEqual({
      code: "INVALID_REQUEST",
      message,
      details: { code: "DEVICE_AUTH_INVALID", reason: why },
    });
    expect(verdict.close).toEqual({ code: 1008, reason: message });
  });

  test("dev-scope-order", async () => {
    const sorting = {
      ...device,
      sign: (sent: ConnectParams, options: Parameters<typeof device.sign>[1]) => {
        const sorted = device.sign({ ...sent, scopes: [...(sent.scopes ?? [])].sort() }, options);
        return { ...sorted, scopes: sent.scopes };
      },
    };
    const scopes = ["operator.write", "operator.read"];
    const verdict = await createTestAuthenticator().connect({
      ...attempt,
      params: { ...params, scopes },
      device: sorting,
    });
    expect(verdict).toMatchObject({ ok: false, error: { message: "device signature invalid" } });
  });
});

describe("dialect 3 admits as recorded", () => {
  const FIVE = [
    "operator.admin",
    "operator.read",
    "operator.write",
    "operator.approvals",
    "operator.pairing",
  ];

  test("hs-token-no-device: admitted, but without scopes", async () => {
    const params = { client: BACKEND, scopes: ["operator.read"], auth: GOOD };
    const verdict = await createTestAuthenticator().connect({ dialect: 3, params });
    expect(verdict).toMatchObject({
      ok: true,
      grant: { scopes: [], method: "token", principal: { kind: "shared" } },
    });
  });

  test("hs-token-device-cli: keeps the five scopes, is not paired and gets no token", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const verdict = await bench.connect({
      dialect: 3,
      device,
      params: { client: CLI, scopes: FIVE, auth: GOOD },
    });
    expect(verdict).toEqual({
      ok: true,
      grant: {
        principal: { kind: "device", id: device.deviceId },
        role: "operator",
        scopes: FIVE,
        method: "token",
        deviceId: device.deviceId,
        isLocal: true,
      },
      effects: [],
      standing: expect.any(Function),
    });
    expect(await bench.devices.devices()).toEqual([]);
  });

  test("hs-password-mode, ok", async () => {
    const params = { client: CLI, auth: { password: TEST_PASSWORD } };
    const attempt = { dialect: 3, device: createTestDevice(), params } as const;
    const verdict = await createTestAuthenticator(password).connect(attempt);
    expect(verdict).toMatchObject({ ok: true, grant: { method: "password", scopes: ["operator.read"] } });
  });

  test("dev-pem-key", async () => {
    const device = createTestDevice();
    const pem = { ...device, sign: tamper(device.sign, () => ({ publicKey: device.publicKeyPem })) };
    const verdict = await createTestAuthenticator().connect({
      dialect: 3,
      device: pem,
      params: { auth: GOOD },
    });
    expect(verdict).toMatchObject({ ok: true, grant: { deviceId: device.deviceId } });
  });

  test("dev-scopes-empty: a device without a wish gets nothing", async () => {
    const params = { client: BACKEND, scopes: [], auth: GOOD };
    const verdict = await createTestAuthenticator().connect({
      dialect: 3,
      device: createTestDevice(),
      params,
    });
    expect(verdict).toMatchObject({ ok: true, grant: { scopes: [] } });
  });

  test("ui-local-auto-pair, ui-reconnect-device-token, dev-token-subset-scopes", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const scopes = ["operator.admin", "operator.approvals", "operator.pairing"];
    const page: AttemptOptions = {
      dialect: 3,
      device,
      facts: OWN_PAGE,
      params: { client: UI, scopes, auth: GOOD },
    };
    const first = await bench.connect(page);
    const resolved = {
      requestId: "request-1",
      deviceId: device.deviceId,
      decision: "approved",
      ts: bench.now,
    };
    expect(first.effects).toEqual([{ type: "device.pair.resolved", payload: resolved }]);
    if (!first.ok) throw first.error;
    expect(first.grant).toMatchObject({
      scopes,
      issued: { role: "operator", scopes, issuedAtMs: bench.now },
    });

    bench.now += 5_000;
    const { issued } = first.grant;
    const deviceToken = issued?.deviceToken ?? "";
    const again = await bench.connect({
      ...page,
      params: { client: UI, scopes, auth: { token: deviceToken, deviceToken } },
    });
    expect(again).toMatchObject({ ok: true, grant: { method: "device-token", scopes, issued }, effects: [] });

    const subset = { client: CLI, scopes: ["operator.read"], auth: { deviceToken } };
    const narrowed = await bench.connect({ dialect: 3, device, params: subset });
    expect(narrowed).toMatchObject({ ok: true, grant: { scopes: ["operator.read"], issued } });
  });

  test("a device token asked for too much is reported like a wrong one", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const page: AttemptOptions = { dialect: 3, device, facts: OWN_PAGE };
    const paired = await bench.connect({ ...page, params: { client: UI, auth: GOOD } });
    if (!paired.ok) throw paired.error;
    const token = paired.grant.issued?.deviceToken ?? "";
    const ask = (auth: ConnectParams["auth"]) =>
      bench.connect({ ...page, params: { client: UI, scopes: ["operator.admin"], auth } });
    expect(await ask({ deviceToken: token })).toMatchObject({
      error: { details: reason("device_token_mismatch") },
    });
    expect(await ask({ token })).toMatchObject({ error: { details: reason("token_mismatch") } });
  });

  test("node-role: a local node is paired silently, with a token that has no scopes", async () => {
    const params = { client: NODE, role: "node", scopes: [], auth: GOOD };
    const verdict = await createTestAuthenticator().connect({
      dialect: 3,
      device: createTestDevice(),
      params,
    });
    expect(verdict).toMatchObject({
      ok: true,
      grant: { role: "node", scopes: [], issued: { role: "node", scopes: [] } },
    });
  });
});

describe("dialect 3 pairs as recorded", () => {
  const REMOTE = localFacts({ host: "gateway.example:18789" });

  test("pair-remote-flow: one request per device, announced once, kept under its id", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const client: Client = {
      ...made,
      id: "openclaw-ios",
      mode: "node",
      platform: "ios 26.0",
      displayName: "Phone",
    };
    const node: AttemptOptions = {
      dialect: 3,
      device,
      facts: REMOTE,
      params: { client, role: "node", scopes: [], auth: GOOD },
    };
    const first = await bench.connect(node);
    if (first.ok) throw new Error("admitted");
    expect(first.error.toShape()).toEqual({
      code: "NOT_PAIRED",
      message: "pairing required",
      details: { code: "PAIRING_REQUIRED", requestId: "request-1", reason: "not-paired" },
    });
    expect(first.close).toEqual({ code: 1008, reason: "pairing required" });
    expect(first.effects).toEqual([
      {
        type: "device.pair.requested",
        payload: {
          requestId: "request-1",
          deviceId: device.deviceId,
          publicKey: device.publicKey,
          displayName: "Phone",
          platform: "ios 26.0",
          clientId: "openclaw-ios",
          clientMode: "node",
          role: "node",
          roles: ["node"],
          scopes: [],
          silent: false,
          isRepair: false,
          ts: bench.now,
        },
      },
    ]);
    const second = await bench.connect(node);
    expect(second).toMatchObject({ ok: false, error: { details: { requestId: "request-1" } }, effects: [] });
  });

  test("pair-role-upgrade-origin: a page from elsewhere is refused before pairing", async () => {
    const facts = localFacts({ host: "gateway.example:18789", origin: "http://gateway.example:18789" });
    const client: Client = { ...made, id: "webchat-ui", mode: "webchat", platform: "web" };
    const bench = createTestAuthenticator();
    const verdict = await bench.connect({
      dialect: 3,
      device: createTestDevice(),
      facts,
      params: { client, auth: GOOD },
    });
    expect(verdict).toMatchObject({ ok: false, error: { message: ORIGIN_REFUSED } });
    expect(await bench.devices.pending()).toEqual([]);
  });

  test("hs-auth-none: local devices are paired, remote ones and upgrades wait", async () => {
    const bench = createTestAuthenticator({ mode: "none" });
    const device = createTestDevice();
    const local: AttemptOptions = { dialect: 3, device, params: { client: CLI, scopes: ["operator.read"] } };
    expect(await bench.connect(local)).toMatchObject({
      ok: true,
      grant: { method: "none", issued: { role: "operator", scopes: ["operator.read"] } },
    });
    const remote = await bench.connect({ ...local, device: createTestDevice(), facts: REMOTE });
    expect(remote).toMatchObject({
      error: { message: "pairing required", details: { reason: "not-paired" } },
    });
    const wider = { client: CLI, scopes: ["operator.read", "operator.write", "operator.admin"] };
    const scope = await bench.connect({ ...local, facts: REMOTE, params: wider });
    expect(scope).toMatchObject({ error: { details: { reason: "scope-upgrade", requestId: "request-3" } } });
    const role = await bench.connect({ ...local, params: { client: NODE, role: "node", scopes: [] } });
    expect(role).toMatchObject({ error: { details: { reason: "role-upgrade", requestId: "request-3" } } });
  });

  test("T-PAIR-11 unlike hs-auth-none, a local device that wants more has to ask as well", async () => {
    const bench = createTestAuthenticator({ mode: "none" });
    const local: AttemptOptions = {
      dialect: 3,
      device: createTestDevice(),
      params: { scopes: ["operator.read"] },
    };
    await bench.connect(local);
    const wider = await bench.connect({ ...local, params: { scopes: ["operator.read", "operator.write"] } });
    expect(wider).toMatchObject({ ok: false, error: { details: { reason: "scope-upgrade" } } });
  });
});

test("hs-rate-limited: three failures lock the address, then even the right token is refused", async () => {
  const rateLimit = { maxAttempts: 3, windowMs: 60_000, lockoutMs: 4_000, exemptLoopback: false };
  const bench = createTestAuthenticator({ rateLimit });
  const connect = (token: string) =>
    bench.connect({ dialect: 3, params: { client: BACKEND, scopes: [], auth: { token } } });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await connect("wrong")).toMatchObject({ error: { details: { authReason: "token_mismatch" } } });
  }
  for (const token of ["wrong", TEST_TOKEN]) {
    const verdict = await connect(token);
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "unauthorized: too many failed authentication attempts (retry later)",
      details: { code: "AUTH_RATE_LIMITED", authReason: "rate_limited" },
      retryable: true,
      retryAfterMs: 4_000,
    });
  }
  bench.now += 4_000;
  expect(await connect(TEST_TOKEN)).toMatchObject({ ok: true });
});

type Sign = ReturnType<typeof createTestDevice>["sign"];

function tamper(sign: Sign, change: (device: NonNullable<ConnectParams["device"]>) => object): Sign {
  return (params, options) => {
    const signed = sign(params, options);
    return { ...signed, device: { ...signed.device!, ...change(signed.device!) } };
  };
}
