import type { ConnectParams } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import {
  type AttemptOptions,
  createTestAuthenticator,
  createTestDevice,
  localFacts,
  TEST_TOKEN,
} from "../testing/index.ts";

// What the 2026.9.6 line answers in the same situation, by the name of the recorded conversation.

type Client = ConnectParams["client"];
const made = { version: "1.0.0", platform: "linux" } as const;
const CLI: Client = { id: "cli", mode: "cli", ...made };
const BACKEND: Client = { id: "gateway-client", mode: "backend", ...made };
const NODE: Client = { id: "node-host", mode: "node", ...made, deviceFamily: "Linux" };
const TUI: Client = { id: "openclaw-tui", mode: "ui", ...made };
const UI: Client = { id: "openclaw-control-ui", mode: "ui", ...made, platform: "web" };
const GOOD = { token: TEST_TOKEN };
const OWN_PAGE = localFacts({ origin: "http://127.0.0.1:18789" });

interface Refused {
  readonly name: string;
  readonly attempt: AttemptOptions;
  readonly error: { readonly code?: string; readonly message: string; readonly details?: unknown };
}

const stop = (code: string, authReason: string, recommendedNextStep: string) => ({
  code,
  authReason,
  canRetryWithDeviceToken: recommendedNextStep === "retry_with_device_token",
  recommendedNextStep,
});
const MISMATCH =
  "unauthorized: gateway token mismatch (use this gateway's gateway.auth.token or pair the device)";
const NO_DEVICE = {
  code: "NOT_PAIRED",
  message: "device identity required",
  details: { code: "DEVICE_IDENTITY_REQUIRED" },
};

const REFUSED: readonly Refused[] = [
  {
    name: "wire-bad-role",
    attempt: { params: { role: "boss", auth: GOOD } },
    error: { message: "invalid role" },
  },
  {
    name: "wire-bad-origin",
    attempt: { facts: localFacts({ origin: "https://evil.example" }), params: { client: UI, auth: GOOD } },
    error: {
      message:
        "origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)",
      details: { code: "CONTROL_UI_ORIGIN_NOT_ALLOWED", reason: "origin not allowed" },
    },
  },
  {
    name: "wire-deviceless-ui",
    attempt: { facts: OWN_PAGE, params: { client: UI, auth: GOOD } },
    error: {
      message: "control ui requires device identity (use HTTPS or localhost secure context)",
      details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" },
    },
  },
  {
    name: "wire-wrong-token",
    attempt: { params: { client: CLI, auth: { token: "wrong" } } },
    error: {
      message: MISMATCH,
      details: stop("AUTH_TOKEN_MISMATCH", "token_mismatch", "update_auth_credentials"),
    },
  },
  {
    name: "wire-wrong-token-device",
    attempt: { device: createTestDevice(), params: { client: CLI, auth: { token: "wrong" } } },
    error: {
      message: MISMATCH,
      details: stop("AUTH_TOKEN_MISMATCH", "token_mismatch", "retry_with_device_token"),
    },
  },
  {
    name: "wire-devicetoken-unknown",
    attempt: { device: createTestDevice(), params: { client: CLI, auth: { deviceToken: "unknown" } } },
    error: {
      message: "unauthorized: device token mismatch (rotate/reissue device token)",
      details: stop("AUTH_DEVICE_TOKEN_MISMATCH", "device_token_mismatch", "update_auth_credentials"),
    },
  },
  { name: "wire-no-auth", attempt: { params: { client: CLI } }, error: NO_DEVICE },
  {
    name: "wire-deviceless-node",
    attempt: { params: { client: NODE, role: "node", scopes: [], auth: GOOD } },
    error: NO_DEVICE,
  },
];

describe("dialect 4 refuses as recorded", () => {
  test.each(REFUSED)("$name", async ({ attempt, error }) => {
    const verdict = await createTestAuthenticator().connect(attempt);
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.toShape()).toEqual({ code: "INVALID_REQUEST", ...error });
    expect(verdict.close).toEqual({ code: 1008, reason: error.message });
  });

  test("wire-bootstrap-unknown", async () => {
    const params = { client: CLI, auth: { bootstrapToken: "unknown" } };
    const verdict = await createTestAuthenticator().connect({ device: createTestDevice(), params });
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.message).toBe(
      "unauthorized: setup code invalid, expired, revoked, or already used (create a new code; review `openclaw devices list`)",
    );
    expect(verdict.error.details).toEqual(
      stop("AUTH_BOOTSTRAP_TOKEN_INVALID", "bootstrap_token_invalid", "review_auth_configuration"),
    );
  });

  test.each([
    [
      "wire-dev-badid",
      { id: "0".repeat(64) },
      "device identity mismatch",
      "DEVICE_ID_MISMATCH",
      "device-id-mismatch",
    ],
    [
      "wire-dev-badkey",
      { publicKey: "AAAA" },
      "device identity mismatch",
      "DEVICE_ID_MISMATCH",
      "device-id-mismatch",
    ],
    [
      "wire-dev-badsig",
      { signature: "AAAA" },
      "device signature invalid",
      "SIGNATURE_INVALID",
      "device-signature",
    ],
    [
      "wire-dev-nonce-mismatch",
      { nonce: "other" },
      "device nonce mismatch",
      "NONCE_MISMATCH",
      "device-nonce-mismatch",
    ],
    [
      "wire-dev-nonce-missing",
      { nonce: " " },
      "device nonce required",
      "NONCE_REQUIRED",
      "device-nonce-missing",
    ],
    [
      "wire-dev-stale",
      { signedAt: 1 },
      "device signature expired",
      "SIGNATURE_EXPIRED",
      "device-signature-stale",
    ],
  ])("%s", async (_, change, message, code, reason) => {
    const device = createTestDevice();
    const sign: typeof device.sign = (params, options) => {
      const signed = device.sign(params, options);
      return { ...signed, device: { ...signed.device!, ...change } };
    };
    const verdict = await createTestAuthenticator().connect({
      device: { ...device, sign },
      params: { auth: GOOD },
    });
    if (verdict.ok) throw new Error("admitted");
    const details = { code: `DEVICE_AUTH_${code}`, reason };
    expect(verdict.error.toShape()).toEqual({ code: "INVALID_REQUEST", message, details });
    expect(verdict.close).toEqual({ code: 1008, reason: message });
  });
});

describe("dialect 4 admits without a device as recorded", () => {
  const grantOf = async (params: Partial<ConnectParams>) => {
    const verdict = await createTestAuthenticator().connect({ params });
    return verdict.ok ? verdict.grant : verdict.error.toShape();
  };
  const shared = { principal: { kind: "shared" }, role: "operator", method: "token", isLocal: true };

  test("wire-deviceless-cli-admin", async () => {
    const scopes = ["operator.admin"];
    expect(await grantOf({ client: CLI, scopes, auth: GOOD })).toEqual({ ...shared, scopes });
  });

  test("wire-deviceless-cli-noscopes", async () => {
    expect(await grantOf({ client: CLI, scopes: undefined, auth: GOOD })).toEqual({ ...shared, scopes: [] });
  });

  test("wire-deviceless-backend", async () => {
    const scopes = ["operator.read", "operator.write"];
    expect(await grantOf({ client: BACKEND, scopes, auth: GOOD })).toEqual({ ...shared, scopes });
  });

  test("wire-deviceless-test-client", async () => {
    const client: Client = { ...made, id: "test", mode: "test" };
    expect(await grantOf({ client, scopes: ["operator.admin"], auth: GOOD })).toEqual({
      ...shared,
      scopes: [],
    });
  });

  test("wire-v3-probe", async () => {
    const client: Client = { ...CLI, mode: "probe" };
    expect(await grantOf({ client, auth: GOOD })).toEqual({ ...shared, scopes: [] });
  });

  test("wire-password-in-token-mode", async () => {
    expect(await grantOf({ client: CLI, auth: { password: TEST_TOKEN } })).toEqual({
      ...shared,
      scopes: ["operator.read"],
    });
  });
});

describe("dialect 4 admits devices as recorded", () => {
  test("wire-dev-ok: a new local device is paired silently and gets its token", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const client = { ...CLI, deviceFamily: "Linux" };
    const verdict = await bench.connect({ device, version: "v3", params: { client, auth: GOOD } });
    if (!verdict.ok) throw verdict.error;
    expect(verdict.grant).toMatchObject({
      principal: { kind: "device", id: device.deviceId },
      method: "token",
      scopes: ["operator.read"],
      issued: { role: "operator", scopes: ["operator.read"], issuedAtMs: bench.now },
    });
    expect(verdict.effects).toMatchObject([
      { type: "device.pair.resolved", payload: { decision: "approved" } },
    ]);
    expect(await bench.devices.devices()).toMatchObject([
      { deviceId: device.deviceId, deviceFamily: "Linux" },
    ]);
  });

  test("unlike wire-dev-ok-v2, changed metadata is stored and never a reason to pair again", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    await bench.connect({ device, params: { client: { ...CLI, deviceFamily: "Linux" }, auth: GOOD } });
    const client: Client = { ...CLI, platform: "darwin", deviceFamily: "Mac" };
    expect(await bench.connect({ device, params: { client, auth: GOOD } })).toMatchObject({
      ok: true,
      effects: [],
    });
    expect(await bench.devices.devices()).toMatchObject([{ platform: "darwin", deviceFamily: "Mac" }]);
    expect(bench.log).toContain("device details changed");
  });

  test("third-party-openclaw-node: a local backend with a device keeps its scopes and is not paired", async () => {
    const bench = createTestAuthenticator();
    const scopes = ["operator.read", "operator.write"];
    const verdict = await bench.connect({
      device: createTestDevice(),
      params: { client: BACKEND, scopes, auth: GOOD },
    });
    if (!verdict.ok) throw verdict.error;
    expect(verdict.grant).toMatchObject({ method: "token", scopes });
    expect(verdict.grant.issued).toBeUndefined();
    expect(await bench.devices.devices()).toEqual([]);
  });

  test("node-host: a local node is paired silently", async () => {
    const params = { client: NODE, role: "node", scopes: [], auth: GOOD };
    const verdict = await createTestAuthenticator().connect({
      device: createTestDevice(),
      version: "v3",
      params,
    });
    expect(verdict).toMatchObject({
      ok: true,
      grant: { role: "node", scopes: [], issued: { role: "node" } },
    });
  });

  test("wire-device-token: accepted in either field, echoed, narrowed, and never widened", async () => {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    const scopes = ["operator.read", "operator.write"];
    const connect = (auth: ConnectParams["auth"], asked = scopes) =>
      bench.connect({ device, params: { client: TUI, scopes: asked, auth } });
    const first = await connect(GOOD);
    if (!first.ok) throw first.error;
    const { issued } = first.grant;
    const token = issued?.deviceToken ?? "";
    bench.now += 1_000;
    for (const auth of [{ deviceToken: token }, { token }]) {
      expect(await connect(auth)).toMatchObject({
        ok: true,
        grant: { method: "device-token", scopes, issued },
      });
    }
    const narrowed = await connect({ deviceToken: token }, ["operator.read"]);
    expect(narrowed).toMatchObject({ ok: true, grant: { scopes: ["operator.read"], issued } });

    const wider = await connect({ deviceToken: token }, ["operator.admin"]);
    if (wider.ok) throw new Error("admitted");
    expect(wider.error.toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "unauthorized: device token scope mismatch (re-pair or approve scope upgrade)",
      details: stop("AUTH_SCOPE_MISMATCH", "scope_mismatch", "review_auth_configuration"),
    });
    expect(await bench.devices.pending()).toEqual([]);
  });
});

describe("dialect 4 asks for approval as recorded", () => {
  async function paired() {
    const bench = createTestAuthenticator();
    const device = createTestDevice();
    await bench.connect({ device, params: { client: CLI, auth: GOOD } });
    return { bench, device };
  }

  test("wire-scope-upgrade", async () => {
    const { bench, device } = await paired();
    const verdict = await bench.connect({
      device,
      params: { client: CLI, scopes: ["operator.admin"], auth: GOOD },
    });
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.toShape()).toEqual({
      code: "NOT_PAIRED",
      message: "pairing required: device is asking for more scopes than currently approved",
      details: {
        code: "PAIRING_REQUIRED",
        reason: "scope-upgrade",
        requestId: "request-2",
        remediationHint: "Review the requested scopes, then approve the pending upgrade.",
        deviceId: device.deviceId,
        requestedRole: "operator",
        requestedScopes: ["operator.admin"],
        approvedRoles: ["operator"],
        approvedScopes: ["operator.read"],
      },
    });
    expect(verdict.close.reason).toMatch(/^pairing required: .*\(requestId: request-2\)$/);
    expect(verdict.effects).toMatchObject([{ payload: { isRepair: true, scopes: ["operator.admin"] } }]);
  });

  test("wire-node-v4: a role is never added silently", async () => {
    const { bench, device } = await paired();
    const verdict = await bench.connect({
      device,
      params: { client: NODE, role: "node", scopes: [], auth: GOOD },
    });
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.error.toShape()).toEqual({
      code: "NOT_PAIRED",
      message: "pairing required: device is asking for a higher role than currently approved",
      details: {
        code: "PAIRING_REQUIRED",
        reason: "role-upgrade",
        requestId: "request-2",
        remediationHint: "Review the requested role upgrade, then approve the pending request.",
        deviceId: device.deviceId,
        requestedRole: "node",
        approvedRoles: ["operator"],
        approvedScopes: ["operator.read"],
      },
    });
  });

  test("the whole request id fits into the close reason", async () => {
    const requestId = "03e8ef92-7502-4626-b1cd-d15773dec522";
    const { bench, device } = await paired();
    const role = { client: NODE, role: "node", scopes: [], auth: GOOD };
    await bench.connect({ device, params: role });
    const [pending] = await bench.devices.pending();
    await bench.devices.removePending("request-2");
    if (pending) await bench.devices.putPending({ ...pending, requestId });
    const verdict = await bench.connect({ device, params: role });
    if (verdict.ok) throw new Error("admitted");
    expect(verdict.close.reason).toMatch(
      /^pairing required: device is asking for a higher role .*\(requestId: /,
    );
    expect(verdict.close.reason.endsWith(`(requestId: ${requestId})`)).toBe(true);
    expect(Buffer.byteLength(verdict.close.reason)).toBeLessThanOrEqual(120);
  });
});
