import { describe, expect, test } from "vitest";
import type { PeerFacts } from "../peer/facts.ts";
import {
  createTestAuthenticator,
  localFacts,
  TEST_PASSWORD,
  TEST_TOKEN,
  testPolicy,
} from "../testing/index.ts";

const BEARER = { authorization: `Bearer ${TEST_TOKEN}` };
const ALL = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
  "operator.talk.secrets",
];
const UNAUTHORIZED = { ok: false, status: 401, type: "unauthorized", message: "Unauthorized" };
const remote = (headers: PeerFacts["headers"] = {}): PeerFacts => ({
  remoteAddress: "192.0.2.1",
  headers: { host: "gateway:18789", ...headers },
});

describe("bearer tokens", () => {
  test.each([`Bearer ${TEST_TOKEN}`, `bearer ${TEST_TOKEN}`, `  BEARER   ${TEST_TOKEN}  `])(
    "admits %j",
    (authorization) => {
      expect(createTestAuthenticator().http({ authorization })).toEqual({
        ok: true,
        grant: {
          principal: { kind: "shared" },
          role: "operator",
          scopes: ALL,
          method: "token",
          isLocal: true,
        },
      });
    },
  );

  test.each<[string, PeerFacts["headers"]]>([
    ["nothing", {}],
    ["a wrong token", { authorization: "Bearer nope" }],
    ["basic authentication", { authorization: `Basic ${Buffer.from(`x:${TEST_TOKEN}`).toString("base64")}` }],
    ["the bare token", { authorization: TEST_TOKEN }],
    ["a cookie", { cookie: `token=${TEST_TOKEN}` }],
    ["two headers", { authorization: [`Bearer ${TEST_TOKEN}`, `Bearer ${TEST_TOKEN}`] }],
    ["the password in token mode", { authorization: `Bearer ${TEST_PASSWORD}` }],
    ["a tailnet login", { "tailscale-user-login": "ada@example.com" }],
  ])("T-AUTH-19 %s is refused without a reason", (_, headers) => {
    expect(createTestAuthenticator().http(headers)).toEqual(UNAUTHORIZED);
  });

  test("mode password compares with the password", () => {
    const bench = createTestAuthenticator({ mode: "password" });
    expect(bench.http({ authorization: `Bearer ${TEST_PASSWORD}` })).toMatchObject({
      ok: true,
      grant: { method: "password" },
    });
    expect(bench.http(BEARER)).toEqual(UNAUTHORIZED);
  });

  test("T-AUTH-17 a gateway without a secret admits nobody", () => {
    const bench = createTestAuthenticator({ mode: "token", token: "undefined" });
    expect(bench.http({ authorization: "Bearer undefined" })).toEqual(UNAUTHORIZED);
  });

  test("T-AUTH-04 holders of the shared secret cannot be narrowed or widened by the scopes header", () => {
    const verdict = createTestAuthenticator().http({ ...BEARER, "x-openclaw-scopes": "operator.read" });
    expect(verdict).toMatchObject({ ok: true, grant: { scopes: ALL } });
  });
});

describe("lockout", () => {
  test("T-AUTH-09 T-AUTH-12 the tenth failure still says 401, the next request 429, also with the right token", () => {
    const bench = createTestAuthenticator();
    const send = (authorization: string) => bench.http({}, remote({ authorization }));
    for (let attempt = 0; attempt < 10; attempt += 1) expect(send("Bearer nope")).toEqual(UNAUTHORIZED);
    expect(send(BEARER.authorization)).toEqual({
      ok: false,
      status: 429,
      type: "rate_limited",
      message: "Too many failed authentication attempts. Please try again later.",
      retryAfterMs: 300_000,
    });
    bench.now += 300_000;
    expect(send(BEARER.authorization)).toMatchObject({ ok: true });
  });

  test("T-AUTH-13 requests without a credential never count", () => {
    const bench = createTestAuthenticator();
    for (let attempt = 0; attempt < 20; attempt += 1) expect(bench.http({}, remote())).toEqual(UNAUTHORIZED);
    expect(bench.http({}, remote(BEARER))).toMatchObject({ ok: true });
  });
});

describe("modes without a secret of the caller", () => {
  const none = createTestAuthenticator({ mode: "none" });
  const scopesFor = (header: string | undefined) => {
    const verdict = none.http(header === undefined ? {} : { "x-openclaw-scopes": header });
    return verdict.ok ? verdict.grant.scopes : verdict;
  };

  test("mode none admits everybody as anonymous", () => {
    expect(none.http()).toMatchObject({
      ok: true,
      grant: { principal: { kind: "anonymous" }, method: "none" },
    });
  });

  test("T-AUTH-04 the scopes header narrows and never widens", () => {
    expect(scopesFor(undefined)).toEqual(ALL);
    expect(scopesFor("")).toEqual([]);
    expect(scopesFor(" operator.read , operator.write ")).toEqual(["operator.read", "operator.write"]);
    expect(scopesFor("operator.root,root")).toEqual([]);
  });

  test("mode trusted-proxy admits the user the proxy names and ignores bearer tokens", () => {
    const bench = createTestAuthenticator({
      mode: "trusted-proxy",
      trustedProxies: ["10.0.0.1"],
      trustedProxy: {
        userHeader: "x-forwarded-user",
        requiredHeaders: ["x-forwarded-proto"],
        allowUsers: ["ada"],
      },
    });
    const send = (headers: PeerFacts["headers"]) =>
      bench.http({}, { remoteAddress: "10.0.0.1", headers: { host: "gw.example", ...headers } });
    const ada = { "x-forwarded-user": "ada", "x-forwarded-proto": "https" };
    expect(send(ada)).toMatchObject({
      ok: true,
      grant: { principal: { kind: "proxy", user: "ada" }, scopes: ALL },
    });
    expect(send({ ...ada, "x-forwarded-user": "eve" })).toEqual(UNAUTHORIZED);
    expect(send({ "x-forwarded-user": "ada" })).toEqual(UNAUTHORIZED);
    expect(send({ "x-forwarded-proto": "https" })).toEqual(UNAUTHORIZED);
    expect(send(BEARER)).toEqual(UNAUTHORIZED);
  });
});

describe("where a request comes from", () => {
  const refusal = (
    headers: PeerFacts["headers"],
    changes: Parameters<typeof createTestAuthenticator>[0] = {},
  ) => {
    const verdict = createTestAuthenticator(changes).http({ ...BEARER, ...headers });
    return verdict.ok ? "admitted" : `${verdict.status} ${verdict.type}`;
  };
  const { controlUi } = testPolicy();

  test.each(["x-forwarded-for", "forwarded", "x-real-ip"])(
    "T-PROXY-01 %s from an unlisted proxy is refused",
    (name) => {
      expect(refusal({ [name]: "127.0.0.1" })).toBe("403 proxy_attribution_required");
    },
  );

  test("T-WEB-05 a foreign page is refused even with the right token", () => {
    expect(refusal({ origin: "https://evil.example" })).toBe("403 origin_not_allowed");
    expect(refusal({ origin: "null" })).toBe("403 origin_not_allowed");
    expect(refusal({ "sec-fetch-site": "cross-site" })).toBe("403 origin_not_allowed");
    expect(refusal({ origin: "http://localhost:18789", "sec-fetch-site": "same-origin" })).toBe("admitted");
    const listed = { controlUi: { ...controlUi, allowedOrigins: ["https://ui.example"] } };
    expect(refusal({ origin: "https://ui.example", "sec-fetch-site": "cross-site" }, listed)).toBe(
      "admitted",
    );
  });

  test("T-WEB-03 a rebound name on this machine is refused, with or without the marks of a browser", () => {
    expect(refusal({ host: "evil.example" })).toBe("403 host_not_allowed");
    expect(refusal({ host: "evil.example", "sec-fetch-site": "same-origin" })).toBe("403 host_not_allowed");
    expect(refusal({ host: "evil.example" }, { mode: "none" })).toBe("403 host_not_allowed");
    expect(refusal({ host: "box.tail1.ts.net" })).toBe("admitted");
    const listed = { controlUi: { ...controlUi, allowedOrigins: ["https://gw.example"] } };
    expect(refusal({ host: "gw.example" }, listed)).toBe("admitted");
  });

  test("T-WEB-03 programs elsewhere may know us under any name, pages may not", () => {
    const bench = createTestAuthenticator();
    expect(bench.http({}, remote(BEARER))).toMatchObject({ ok: true, grant: { isLocal: false } });
    const page = bench.http({}, remote({ ...BEARER, "sec-fetch-site": "same-origin" }));
    expect(page).toMatchObject({ ok: false, status: 403, type: "host_not_allowed" });
  });

  test("T-WEB-03 without a secret to show, every Host must be ours", () => {
    const none = createTestAuthenticator({ mode: "none" });
    expect(none.http({}, remote())).toMatchObject({ ok: false, status: 403, type: "host_not_allowed" });
    expect(none.http({}, remote({ host: "127.0.0.1:18789" }))).toMatchObject({ ok: true });
  });

  test("a foreign page does not spend the budget of the secret", () => {
    const bench = createTestAuthenticator();
    const page = localFacts({ origin: "https://evil.example", authorization: "Bearer guess" });
    for (let attempt = 0; attempt < 20; attempt += 1) bench.http({}, page);
    expect(bench.http({ ...BEARER, origin: "http://localhost:18789" })).toMatchObject({ ok: true });
  });
});
