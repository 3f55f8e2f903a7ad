import { CLOSE, type ConnectParams } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import type { PeerFacts } from "../peer/facts.ts";
import { resolveSocketPeer } from "../peer/resolve-socket-peer.ts";
import type { AuthPolicy } from "../policy.ts";
import {
  createTestAuthenticator,
  createTestDevice,
  createTestNamedToken,
  TEST_TOKEN,
  testPolicy,
} from "../testing/index.ts";
import { tailnetIdentity, type TailnetWhois } from "./tailnet.ts";

const ORIGIN = "https://gw.tail1234.ts.net";
const SERVED = {
  host: "gw.tail1234.ts.net",
  "x-forwarded-for": "100.64.0.9",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "gw.tail1234.ts.net",
};
const ADA = { ...SERVED, "tailscale-user-login": "ada@example.com" };
const UI = { id: "openclaw-control-ui", mode: "webchat", version: "1", platform: "web" } as const;
const CLI = { id: "cli", mode: "cli", version: "1", platform: "linux" } as const;
const NODE = { id: "node-host", mode: "node", version: "1", platform: "linux" } as const;

const whois: TailnetWhois = (ip) =>
  Promise.resolve(ip === "100.64.0.9" ? { login: "Ada@Example.com" } : undefined);
const allowed = (changes: Partial<AuthPolicy> = {}) =>
  testPolicy({
    allowTailscale: true,
    controlUi: { ...testPolicy().controlUi, allowedOrigins: [ORIGIN] },
    ...changes,
  });
const facts = (headers: PeerFacts["headers"], remoteAddress = "127.0.0.1") => ({ remoteAddress, headers });

describe("tailnetIdentity", () => {
  const identity = (sent: PeerFacts, { policy = allowed(), ask = whois } = {}) =>
    tailnetIdentity({ facts: sent, peer: resolveSocketPeer(sent, policy) }, policy, ask);
  const refused = (reason: string) => ({ ok: false, reason });

  test("T-AUTH-20 is the login when the daemon says the same of the forwarded address", async () => {
    const ada = { ok: true, login: "ada@example.com" };
    expect(await identity(facts(ADA))).toEqual(ada);
    expect(await identity(facts({ ...ADA, "tailscale-user-login": " ADA@example.com " }, "::1"))).toEqual(
      ada,
    );
    expect(await identity(facts({ ...ADA, "x-forwarded-for": "::ffff:100.64.0.9" }))).toEqual(ada);
  });

  test.each<[string, PeerFacts["headers"], string]>([
    ["another login", { "tailscale-user-login": "eve@example.com" }, "tailscale_user_mismatch"],
    ["no login", { "tailscale-user-login": undefined }, "tailscale_user_missing"],
    ["a blank login", { "tailscale-user-login": " " }, "tailscale_user_missing"],
    ["two logins", { "tailscale-user-login": ["ada@example.com", "x"] }, "tailscale_user_missing"],
    ["an address of nobody", { "x-forwarded-for": "100.64.0.10" }, "tailscale_whois_failed"],
    ["a chain of addresses", { "x-forwarded-for": "100.64.0.9, 192.0.2.1" }, "tailscale_proxy_missing"],
    ["an unreadable address", { "x-forwarded-for": "--help" }, "tailscale_proxy_missing"],
    ["no address", { "x-forwarded-for": undefined }, "tailscale_proxy_missing"],
    ["no protocol", { "x-forwarded-proto": undefined }, "tailscale_proxy_missing"],
    ["no host", { "x-forwarded-host": "" }, "tailscale_proxy_missing"],
  ])("T-AUTH-20 is nobody's with %s", async (_, changes, reason) => {
    expect(await identity(facts({ ...ADA, ...changes }))).toEqual(refused(reason));
  });

  test("T-AUTH-20 is nobody's without a daemon, and when it fails or knows no name", async () => {
    const failed = refused("tailscale_whois_failed");
    const unasked = facts(ADA);
    const peer = resolveSocketPeer(unasked, allowed());
    expect(await tailnetIdentity({ facts: unasked, peer }, allowed(), undefined)).toEqual(failed);
    expect(await identity(facts(ADA), { ask: () => Promise.reject(new Error("down")) })).toEqual(failed);
    expect(await identity(facts(ADA), { ask: () => Promise.resolve({ login: " " }) })).toEqual(failed);
  });

  test("asks for the canonical address only", async () => {
    const asked: string[] = [];
    const ask: TailnetWhois = (ip) => Promise.resolve(void asked.push(ip) as undefined);
    await identity(facts({ ...ADA, "x-forwarded-for": "[FD7A:115C:A1E0::9%eth0]" }), { ask });
    expect(asked).toEqual(["fd7a:115c:a1e0::9"]);
  });

  test("T-AUTH-20 does not count from elsewhere, when switched off, and beside a trusted proxy", async () => {
    expect(await identity(facts(ADA, "192.0.2.1"))).toEqual(refused("tailscale_proxy_missing"));
    expect(await identity(facts(ADA), { policy: allowed({ allowTailscale: false }) })).toBeUndefined();
    expect(await identity(facts(ADA), { policy: allowed({ mode: "trusted-proxy" }) })).toBeUndefined();
    const proxied = allowed({ trustedProxies: ["127.0.0.1"] });
    expect(await identity(facts(ADA), { policy: proxied })).toEqual(refused("tailscale_proxy_missing"));
  });

  test("counts no longer when it was switched off since the upgrade", async () => {
    const sent = facts(ADA);
    const peer = resolveSocketPeer(sent, allowed());
    const off = allowed({ allowTailscale: false });
    expect(await tailnetIdentity({ facts: sent, peer }, off, whois)).toEqual(
      refused("tailscale_whois_failed"),
    );
  });
});

describe("connects through tailscale serve", () => {
  const page = facts({ ...ADA, origin: ORIGIN });
  const bench = (changes: Partial<AuthPolicy> = {}) => createTestAuthenticator(allowed(changes), whois);
  const by = (params: Partial<ConnectParams>) => ({ facts: page, params: { client: UI, ...params } });
  const reasonOf = (reason: string) => ({ ok: false, error: { details: { authReason: reason } } });

  test.each<Partial<AuthPolicy>>([{ mode: "token" }, { mode: "password" }])(
    "T-AUTH-20 admit the Control UI as the user in mode $mode, without a device with no scopes",
    async (mode) => {
      const verdict = await bench(mode).connect(by({ scopes: ["operator.admin"] }));
      expect(verdict).toMatchObject({
        ok: true,
        grant: {
          principal: { kind: "tailnet", login: "ada@example.com" },
          method: "tailscale",
          scopes: [],
          isLocal: false,
        },
      });
    },
  );

  test.each([3, 4] as const)("T-AUTH-20 dialect %i: a new device waits for approval", async (dialect) => {
    const verdict = await bench().connect({ ...by({}), dialect, device: createTestDevice() });
    expect(verdict).toMatchObject({ ok: false, error: { code: "NOT_PAIRED" } });
    expect(verdict.effects).toMatchObject([{ type: "device.pair.requested" }]);
  });

  test("T-AUTH-19 the identity is worth nothing to other clients and to nodes", async () => {
    const device = createTestDevice();
    const plain = { facts: facts(ADA), device };
    expect(await bench().connect({ ...plain, params: { client: CLI } })).toMatchObject(
      reasonOf("token_missing"),
    );
    expect(await bench().connect({ ...plain, params: { client: NODE, role: "node" } })).toMatchObject(
      reasonOf("token_missing"),
    );
    expect(await bench().connect({ ...by({ role: "node" }), device })).toMatchObject(
      reasonOf("token_missing"),
    );
  });

  test("T-AUTH-21 a secret that is presented decides alone", async () => {
    const ci = createTestNamedToken("ci");
    const connect = (token: string, client: ConnectParams["client"] = UI) =>
      bench({ tokens: [ci.entry] }).connect({
        ...by({ client, auth: { token } }),
        facts: client === UI ? page : facts(ADA),
        device: createTestDevice(),
      });
    expect(await connect("wrong")).toMatchObject(reasonOf("token_mismatch"));
    expect(await connect(`${ci.text}x`)).toMatchObject(reasonOf("named_token_mismatch"));
    expect(await connect(ci.text, CLI)).toMatchObject({ ok: true, grant: { method: "named-token" } });
  });

  test("T-PROXY-01 T-AUTH-20 an identity that is not confirmed is refused with the right secret too", async () => {
    const sent = (headers: PeerFacts["headers"]) => ({
      facts: facts({ ...ADA, ...headers }),
      params: { client: CLI, auth: { token: TEST_TOKEN } },
    });
    expect(await bench().connect(sent({ "tailscale-user-login": "eve@example.com" }))).toMatchObject(
      reasonOf("tailscale_user_mismatch"),
    );
    expect(await bench().connect(sent({ "x-forwarded-for": "127.0.0.1" }))).toMatchObject(
      reasonOf("tailscale_whois_failed"),
    );
    expect(await bench().connect(sent({}))).toMatchObject({ ok: true, grant: { isLocal: false } });
  });

  test("a bare login says what is missing, and does no harm beside the right secret", async () => {
    const origin = "http://127.0.0.1:18789";
    const bare = facts({ host: "127.0.0.1:18789", origin, "tailscale-user-login": "ada@example.com" });
    const device = createTestDevice();
    expect(await bench().connect({ facts: bare, params: { client: UI }, device })).toMatchObject(
      reasonOf("tailscale_proxy_missing"),
    );
    const withToken = { client: UI, auth: { token: TEST_TOKEN } };
    expect(await bench().connect({ facts: bare, params: withToken, device })).toMatchObject({ ok: true });
  });

  test("T-AUTH-15 end when Tailscale is no longer believed", async () => {
    const ends = async (changes: Partial<AuthPolicy>) => {
      const made = bench();
      const verdict = await made.connect(by({}));
      if (!verdict.ok) throw verdict.error;
      made.policy = { ...made.policy, ...changes };
      return verdict.standing();
    };
    expect(await ends({ allowTailscale: false })).toBe(CLOSE.authChanged);
    expect(await ends({ mode: "trusted-proxy" })).toBe(CLOSE.authChanged);
    expect(await ends({ token: "another" })).toBeUndefined();
  });

  test("T-AUTH-19 open no HTTP request", () => {
    expect(bench().http(ADA)).toMatchObject({ ok: false, status: 403, type: "proxy_attribution_required" });
    const bearer = { authorization: `Bearer ${TEST_TOKEN}` };
    expect(bench().http({ ...ADA, ...bearer })).toMatchObject({ ok: false, status: 403 });
  });
});
