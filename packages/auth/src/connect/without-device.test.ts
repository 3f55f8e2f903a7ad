import {
  CLIENT_IDS,
  CLIENT_MODES,
  type ConnectParams,
  type Dialect,
  OPERATOR_SCOPES,
} from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import { authorize } from "../authorize.ts";
import type { AuthPolicy } from "../policy.ts";
import {
  type AttemptOptions,
  createTestAuthenticator,
  localFacts,
  TEST_TOKEN,
  testPolicy,
} from "../testing/index.ts";

type Client = ConnectParams["client"];
const GOOD = { token: TEST_TOKEN };
const REMOTE = { remoteAddress: "192.0.2.1", headers: { host: "gw.example" } };
const client = (id: Client["id"], mode: Client["mode"]): Client => ({
  id,
  mode,
  version: "1",
  platform: "linux",
});
const CONTROL_UI = client("openclaw-control-ui", "webchat");
const OWN_PAGE = localFacts({ origin: "http://localhost:18789" });

/** Scopes that come out of a device-less connect, or the code of its refusal. */
async function outcome(options: AttemptOptions, policy: Partial<AuthPolicy> = {}) {
  const verdict = await createTestAuthenticator(policy).connect(options);
  return verdict.ok ? verdict.grant.scopes : (verdict.error.details as { code: string } | undefined)?.code;
}

describe("operators without a device", () => {
  const wish = { scopes: [...OPERATOR_SCOPES], auth: GOOD };
  const everyClient = CLIENT_IDS.flatMap((id) => CLIENT_MODES.map((mode) => client(id, mode)));

  test("T-AUTH-03 T-AZ-04 in dialect 4 only two kinds of local clients keep what they ask for", async () => {
    const keepers: string[] = [];
    for (const each of everyClient) {
      const scopes = await outcome({ params: { ...wish, client: each } });
      if (Array.isArray(scopes) && scopes.length > 0) keepers.push(`${each.id}/${each.mode}`);
    }
    expect(keepers).toEqual(["cli/cli", "gateway-client/backend"]);
  });

  test.each<[string, AttemptOptions]>([
    ["from another machine", { facts: REMOTE }],
    ["under a foreign Host", { facts: localFacts({ host: "gw.example" }) }],
    ["in dialect 3", { dialect: 3 }],
  ])("T-AUTH-03 no client keeps any scope %s", async (_, options) => {
    for (const each of everyClient) {
      const scopes = await outcome({ ...options, params: { ...wish, client: each } });
      expect(Array.isArray(scopes) ? scopes : []).toEqual([]);
    }
  });

  test("T-AUTH-03 what was emptied opens no method but those open to everybody", async () => {
    const verdict = await createTestAuthenticator().connect({ dialect: 3, params: wish });
    if (!verdict.ok) throw verdict.error;
    for (const scope of OPERATOR_SCOPES) expect(authorize(verdict.grant, scope).ok).toBe(false);
    expect(authorize(verdict.grant, "none").ok).toBe(true);
  });

  test("T-WEB-02 an allowed page keeps nothing, whatever client it claims to be", async () => {
    expect(await outcome({ facts: OWN_PAGE, params: { ...wish, client: client("cli", "cli") } })).toEqual([]);
  });

  test("T-AUTH-05 asking for nothing gets nothing", async () => {
    expect(await outcome({ params: { scopes: undefined, auth: GOOD } })).toEqual([]);
  });

  test("scopes this gateway does not know are not granted", async () => {
    const scopes = ["operator.root", "operator.read", "admin"];
    expect(await outcome({ params: { scopes, auth: GOOD } })).toEqual(["operator.read"]);
  });
});

describe("mode none without a device", () => {
  const open: Partial<AuthPolicy> = { mode: "none" };
  const backend = client("gateway-client", "backend");

  test("admits the local backend in dialect 4 and nobody else", async () => {
    const none = createTestAuthenticator(open);
    const verdict = await none.connect({ params: { client: backend } });
    expect(verdict).toMatchObject({
      ok: true,
      grant: { principal: { kind: "anonymous" }, method: "none", scopes: ["operator.read"] },
    });
    const refused = "DEVICE_IDENTITY_REQUIRED";
    expect(await outcome({ params: { client: client("cli", "cli") } }, open)).toBe(refused);
    expect(await outcome({ dialect: 3, params: { client: backend } }, open)).toBe(refused);
    expect(await outcome({ facts: REMOTE, params: { client: backend } }, open)).toBe(refused);
    expect(await outcome({ facts: OWN_PAGE, params: { client: backend } }, open)).toBe(refused);
  });
});

describe("nodes without a device", () => {
  test.each<Dialect>([3, 4])("T-AUTH-07 dialect %i: a node always needs a device", async (dialect) => {
    for (const policy of [{}, { mode: "none" }] as const) {
      const params = { client: client("gateway-client", "backend"), role: "node", auth: GOOD };
      expect(await outcome({ dialect, params }, policy)).toBe("DEVICE_IDENTITY_REQUIRED");
    }
  });
});

describe("the Control UI without a device", () => {
  const { controlUi } = testPolicy();
  const page: AttemptOptions = { facts: OWN_PAGE, params: { client: CONTROL_UI, auth: GOOD } };
  const required = "CONTROL_UI_DEVICE_IDENTITY_REQUIRED";

  test("allowInsecureAuth admits it from this machine only, with the secret, without scopes", async () => {
    const insecure = {
      controlUi: { ...controlUi, allowInsecureAuth: true, allowedOrigins: ["https://ui.example"] },
    };
    expect(await outcome(page, insecure)).toEqual([]);
    const wrong = { ...page, params: { client: CONTROL_UI, auth: { token: "wrong" } } };
    expect(await outcome(wrong, insecure)).toBe("AUTH_TOKEN_MISMATCH");
    const elsewhere = {
      remoteAddress: "192.0.2.1",
      headers: { host: "127.0.0.1", origin: "https://ui.example" },
    };
    expect(await outcome({ ...page, facts: elsewhere }, insecure)).toBe(required);
  });

  test("dangerouslyDisableDeviceAuth keeps its scopes once the secret is right, and only then", async () => {
    const off = { controlUi: { ...controlUi, dangerouslyDisableDeviceAuth: true } };
    expect(await outcome(page, off)).toEqual(["operator.read"]);
    const wrong = { ...page, params: { client: CONTROL_UI, auth: { token: "wrong" } } };
    expect(await outcome(wrong, off)).toBe("AUTH_TOKEN_MISMATCH");
    expect(await outcome({ ...page, params: { client: CONTROL_UI } }, off)).toBe("DEVICE_IDENTITY_REQUIRED");
  });

  test("a wrong secret is not told from a right one while a device is asked for", async () => {
    expect(await outcome(page)).toBe(required);
    expect(await outcome({ ...page, params: { client: CONTROL_UI, auth: { token: "wrong" } } })).toBe(
      required,
    );
  });
});

describe("pages", () => {
  test("T-WEB-02 a foreign page is refused under every client id, with the right secret", async () => {
    for (const id of CLIENT_IDS) {
      const verdict = await createTestAuthenticator().connect({
        facts: localFacts({ origin: "http://evil.example" }),
        params: { client: client(id, "cli"), auth: GOOD },
      });
      if (verdict.ok) throw new Error(`${id} was admitted`);
      expect(verdict.error.message).toMatch(/^origin not allowed/);
      expect(verdict.close.code).toBe(1008);
    }
  });

  test("T-WEB-03 an allowed page under a foreign Host is refused", async () => {
    const allowed = { controlUi: { ...testPolicy().controlUi, allowedOrigins: ["https://ui.example"] } };
    const facts = localFacts({ origin: "https://ui.example", host: "evil.example" });
    const verdict = await createTestAuthenticator(allowed).connect({ facts, params: { auth: GOOD } });
    expect(verdict).toMatchObject({ ok: false, error: { details: { reason: "host not allowed" } } });
  });

  test("T-WEB-04 a trusted proxy that names a user does not excuse a foreign page", async () => {
    const proxied: Partial<AuthPolicy> = {
      mode: "trusted-proxy",
      trustedProxies: ["10.0.0.1"],
      trustedProxy: { userHeader: "x-user", requiredHeaders: [], allowUsers: [] },
    };
    const headers = {
      host: "gw.example",
      origin: "http://evil.example",
      "x-forwarded-for": "192.0.2.1",
      "x-user": "ada",
    };
    const verdict = await createTestAuthenticator(proxied).connect({
      facts: { remoteAddress: "10.0.0.1", headers },
      params: { client: CONTROL_UI },
    });
    expect(verdict).toMatchObject({
      ok: false,
      error: { details: { code: "CONTROL_UI_ORIGIN_NOT_ALLOWED" } },
    });
  });

  test("the role is judged before the origin", async () => {
    const facts = localFacts({ origin: "http://evil.example" });
    const verdict = await createTestAuthenticator().connect({ facts, params: { role: "root" } });
    expect(verdict).toMatchObject({ ok: false, error: { message: "invalid role" } });
  });
});

describe("unattributed proxies", () => {
  test.each(["x-forwarded-for", "forwarded", "x-real-ip"])(
    "T-PROXY-01 %s from an unlisted proxy is refused, with the right secret",
    async (name) => {
      const verdict = await createTestAuthenticator().connect({
        facts: localFacts({ [name]: "127.0.0.1" }),
        params: { auth: GOOD },
      });
      expect(verdict).toMatchObject({
        ok: false,
        error: { message: "unauthorized", details: { authReason: "proxy_attribution_required" } },
      });
    },
  );
});

test("a token that claims to be an agent's and cannot be verified is not ignored", async () => {
  const auth = { ...GOOD, agentRuntimeIdentityToken: "claim" };
  const verdict = await createTestAuthenticator().connect({ params: { auth } });
  expect(verdict).toMatchObject({
    ok: false,
    close: { code: 1008, reason: "invalid agent runtime identity token" },
  });
});

test("T-AUTH-17 a gateway without a secret admits nobody by sending a placeholder", async () => {
  for (const token of [undefined, "", "undefined", "changeme"]) {
    const policy = { mode: "token", token } as Partial<AuthPolicy>;
    const sent = { params: { auth: { token: token || "undefined" } } };
    expect(await outcome(sent, policy)).toBe("AUTH_TOKEN_NOT_CONFIGURED");
  }
});
