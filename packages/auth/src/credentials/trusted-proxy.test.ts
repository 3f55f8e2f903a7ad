import { describe, expect, test } from "vitest";
import type { PeerFacts } from "../peer/facts.ts";
import type { AuthPolicy, TrustedProxyPolicy } from "../policy.ts";
import {
  type AttemptOptions,
  createTestAuthenticator,
  createTestDevice,
  testPolicy,
} from "../testing/index.ts";
import { proxyIdentity } from "./trusted-proxy.ts";

const RULES: TrustedProxyPolicy = { userHeader: "X-Forwarded-User", requiredHeaders: [], allowUsers: [] };

function policy(rules: Partial<TrustedProxyPolicy> = {}): AuthPolicy {
  return testPolicy({
    mode: "trusted-proxy",
    trustedProxies: ["10.0.0.1", "127.0.0.1"],
    trustedProxy: { ...RULES, ...rules },
  });
}

function identity(
  headers: PeerFacts["headers"],
  rules?: Partial<TrustedProxyPolicy>,
  remoteAddress = "10.0.0.1",
) {
  return proxyIdentity({ remoteAddress, headers }, policy(rules));
}

const refused = (reason: string) => ({ ok: false, reason });
const ADA = { ok: true, user: "ada@example.com" };

describe("proxyIdentity", () => {
  test("names the user the proxy vouches for", () => {
    expect(identity({ "x-forwarded-user": " ada@example.com " })).toEqual(ADA);
  });

  test("a peer that is no trusted proxy vouches for nobody", () => {
    const headers = { "x-forwarded-user": "ada@example.com" };
    expect(identity(headers, {}, "10.0.0.2")).toEqual(refused("trusted_proxy_untrusted_source"));
    expect(proxyIdentity({ remoteAddress: "10.0.0.1", headers }, testPolicy())).toEqual(
      refused("trusted_proxy_config_missing"),
    );
  });

  test("T-PROXY-03 from loopback only a proxy that shows its secret is believed", () => {
    const user = { "x-forwarded-user": "ada@example.com" };
    const secretHeader = { name: "X-Proxy-Secret", value: "s3cret" };
    const unproven = refused("trusted_proxy_unproven_source");
    expect(identity(user, {}, "127.0.0.1")).toEqual(unproven);
    expect(identity(user, { secretHeader }, "127.0.0.1")).toEqual(unproven);
    expect(identity({ ...user, "x-proxy-secret": "wrong" }, { secretHeader }, "127.0.0.1")).toEqual(unproven);
    expect(identity({ ...user, "x-proxy-secret": "s3cret" }, { secretHeader }, "127.0.0.1")).toEqual(ADA);
    expect(identity(user, { secretHeader })).toEqual(unproven);
    const blank = { name: "x-proxy-secret", value: "undefined" };
    expect(identity({ ...user, "x-proxy-secret": "undefined" }, { secretHeader: blank })).toEqual(unproven);
  });

  test("required headers must be there and not be blank", () => {
    const rules = { requiredHeaders: ["X-Forwarded-Proto"] };
    const user = { "x-forwarded-user": "ada@example.com" };
    const missing = refused("trusted_proxy_missing_header_x-forwarded-proto");
    expect(identity(user, rules)).toEqual(missing);
    expect(identity({ ...user, "x-forwarded-proto": " " }, rules)).toEqual(missing);
    expect(identity({ ...user, "x-forwarded-proto": "https" }, rules)).toEqual(ADA);
  });

  test.each<[string, PeerFacts["headers"]]>([
    ["missing", {}],
    ["blank", { "x-forwarded-user": "  " }],
    ["doubled", { "x-forwarded-user": ["ada@example.com", "eve@example.com"] }],
    ["joined", { "x-forwarded-user": "ada@example.com, eve@example.com" }],
  ])("T-PROXY-07 a user header that is %s names nobody", (_, headers) => {
    expect(identity(headers)).toEqual(refused("trusted_proxy_user_missing"));
  });

  test("T-PROXY-07 users match exactly, after normalising how their letters are composed", () => {
    const allow = (user: string, allowed: string) =>
      identity({ "x-forwarded-user": user }, { allowUsers: [allowed] }).ok;
    expect(allow("ada@example.com", " ada@example.com ")).toBe(true);
    expect(allow("jose\u0301", "jos\u00e9")).toBe(true);
    expect(allow("Ada@example.com", "ada@example.com")).toBe(false);
    expect(allow("ada@example.com.evil", "ada@example.com")).toBe(false);
    expect(allow("\u0430da@example.com", "ada@example.com")).toBe(false);
  });
});

describe("connects through a trusted proxy", () => {
  const headers = {
    host: "gw.example",
    origin: "https://gw.example",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-user": "ada",
  };
  const client = { id: "openclaw-control-ui", mode: "webchat", version: "1", platform: "web" } as const;
  const page: AttemptOptions = { facts: { remoteAddress: "10.0.0.1", headers }, params: { client } };
  const bench = () => {
    const base = policy();
    return createTestAuthenticator({
      ...base,
      controlUi: { ...base.controlUi, allowedOrigins: ["https://gw.example"] },
    });
  };

  test("T-AUTH-04 the Control UI is admitted as the user, and without a device gets no scopes", async () => {
    const facts = {
      remoteAddress: "10.0.0.1",
      headers: { ...headers, "x-openclaw-scopes": "operator.admin" },
    };
    const params = { client, scopes: ["operator.admin"] };
    expect(await bench().connect({ facts, params })).toMatchObject({
      ok: true,
      grant: {
        principal: { kind: "proxy", user: "ada" },
        method: "trusted-proxy",
        scopes: [],
        isLocal: false,
      },
    });
  });

  test("the Control UI with a device needs no approval", async () => {
    const device = createTestDevice();
    expect(await bench().connect({ ...page, device })).toMatchObject({
      ok: true,
      grant: { method: "trusted-proxy", deviceId: device.deviceId, scopes: ["operator.read"] },
    });
  });

  test("other clients need a device, and the device an approval", async () => {
    const cli = { id: "cli", mode: "cli", version: "1", platform: "linux" } as const;
    const without = await bench().connect({ ...page, params: { client: cli } });
    expect(without).toMatchObject({ ok: false, error: { message: "device identity required" } });
    const pending = await bench().connect({ ...page, params: { client: cli }, device: createTestDevice() });
    expect(pending).toMatchObject({ ok: false, error: { details: { reason: "not-paired" } } });
  });

  test("the secret of the gateway does not replace the proxy", async () => {
    const { "x-forwarded-user": _, ...anonymous } = headers;
    const facts = { remoteAddress: "10.0.0.1", headers: anonymous };
    const verdict = await bench().connect({
      facts,
      device: createTestDevice(),
      params: { client, auth: { token: bench().policy.token } },
    });
    expect(verdict).toMatchObject({
      ok: false,
      error: { message: "unauthorized", details: { authReason: "trusted_proxy_user_missing" } },
    });
  });
});
