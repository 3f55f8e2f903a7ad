import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Env } from "../environment.ts";
import type { OpenClawConfig } from "../schema/config-schema.ts";
import type { GatewayFlags } from "./gateway-settings.ts";
import { resolveGatewaySettings, type ResolveGatewaySettingsOptions } from "./resolve-gateway-settings.ts";
import { usableSecret } from "./secret.ts";

type Gateway = NonNullable<OpenClawConfig["gateway"]>;
interface Case {
  readonly gateway?: Gateway;
  readonly hooks?: NonNullable<OpenClawConfig["hooks"]>;
  readonly env?: Env;
  readonly flags?: GatewayFlags;
}

const paths = { auditPath: "/s/logs/config-audit.jsonl", stateDir: "/s" };
const origins = { allowedOrigins: ["https://ui.example"] };

function resolve(
  { gateway, hooks, env = {}, flags }: Case,
  more: Partial<ResolveGatewaySettingsOptions> = {},
) {
  const config = { gateway: { mode: "local" as const, ...gateway }, ...(hooks !== undefined && { hooks }) };
  return resolveGatewaySettings({
    config,
    env,
    paths,
    addresses: () => ["127.0.0.1", "192.168.1.5", "100.101.102.103"],
    ...(flags !== undefined && { flags }),
    ...more,
  });
}

function settings(given: Case, more: Partial<ResolveGatewaySettingsOptions> = {}) {
  const result = resolve(given, more);
  if (!result.ok) throw new Error(result.failure.lines.join("\n"));
  return result.settings;
}

function failure(given: Case, more: Partial<ResolveGatewaySettingsOptions> = {}) {
  const result = resolve(given, more);
  return result.ok ? undefined : result.failure;
}

describe("resolveGatewaySettings", () => {
  test("starts on loopback, port 18789, in token mode", () => {
    expect(settings({})).toMatchObject({
      port: 18789,
      bind: "loopback",
      hosts: ["127.0.0.1", "::1"],
      isLoopback: true,
      auth: { mode: "token", modeSource: "default" },
      tokenMissing: true,
      warnings: [],
    });
  });

  test("returns frozen settings", () => {
    expect(Object.isFrozen(settings({}).auth.rateLimit)).toBe(true);
  });

  describe("mode", () => {
    test.each<[string, Partial<ResolveGatewaySettingsOptions>, string]>([
      ["an unset mode", { config: {} }, "unset"],
      ["remote mode", { config: { gateway: { mode: "remote" } } }, "remote"],
    ])("blocks %s", (_title, more, mode) => {
      expect(failure({}, more)).toEqual({
        code: "start-blocked",
        exitCode: 78,
        lines: [
          `Gateway start blocked: set gateway.mode=local (current: ${mode}) or pass --allow-unconfigured.`,
          "Config write audit: /s/logs/config-audit.jsonl",
        ],
      });
    });

    test("names a missing file as such", () => {
      expect(failure({}, { config: {}, configExists: false })).toMatchObject({
        code: "missing-config",
        exitCode: 78,
      });
    });

    test("is not asked for with --allow-unconfigured", () => {
      const flags = { allowUnconfigured: true };
      expect(resolve({ flags }, { config: {}, configExists: false }).ok).toBe(true);
      expect(resolve({ flags }, { config: { gateway: { mode: "remote" } } }).ok).toBe(true);
    });
  });

  describe("flags", () => {
    test.each<[GatewayFlags, string]>([
      [{ port: "abc" }, "Invalid port"],
      [{ bind: "bogus" }, 'Invalid --bind (use "loopback", "lan", "tailnet", "auto", or "custom")'],
      [{ auth: "none" }, 'Invalid --auth (use "token" or "password")'],
      [{ auth: "trusted-proxy" }, 'Invalid --auth (use "token" or "password")'],
    ])("refuses %j with exit code 1", (flags, line) => {
      expect(failure({ flags })).toMatchObject({ exitCode: 1, lines: [line] });
    });

    test("are checked in the order of the start: port, auth, mode, bind", () => {
      const blocked = { config: {} };
      expect(failure({ flags: { port: "x", auth: "x", bind: "x" } }, blocked)?.code).toBe("invalid-port");
      expect(failure({ flags: { auth: "x", bind: "x" } }, blocked)?.code).toBe("invalid-auth");
      expect(failure({ flags: { bind: "x" } }, blocked)?.code).toBe("start-blocked");
    });
  });

  describe("bind", () => {
    test.each<[string, Case, readonly string[]]>([
      ["loopback", { flags: { bind: "loopback" }, gateway: { bind: "lan" } }, ["127.0.0.1", "::1"]],
      ["auto, which never leaves loopback", { gateway: { bind: "auto" } }, ["127.0.0.1", "::1"]],
      ["lan", { gateway: { bind: "lan", controlUi: origins } }, ["0.0.0.0"]],
      ["tailnet", { gateway: { bind: "tailnet", controlUi: origins } }, ["100.101.102.103"]],
      [
        "custom",
        { gateway: { bind: "custom", customBindHost: "192.168.1.5", controlUi: origins } },
        ["192.168.1.5"],
      ],
      ["custom on loopback", { gateway: { bind: "custom", customBindHost: "127.0.0.2" } }, ["127.0.0.2"]],
    ])("resolves %s", (_title, given, hosts) => {
      expect(settings({ ...given, env: { OPENCLAW_GATEWAY_TOKEN: "t" } }).hosts).toEqual(hosts);
    });

    test("narrows a tailnet without an address to loopback, and says so", () => {
      const found = settings(
        { gateway: { bind: "tailnet" } },
        { addresses: () => ["192.168.1.5", "100.128.0.1"] },
      );
      expect(found).toMatchObject({ hosts: ["127.0.0.1", "::1"], isLoopback: true });
      expect(found.warnings).toEqual([expect.stringContaining("no tailnet address")]);
    });

    test.each<[string | undefined, string]>([
      [undefined, "gateway.bind=custom requires gateway.customBindHost"],
      [" ", "gateway.bind=custom requires gateway.customBindHost"],
      ["example.org", "gateway.bind=custom requires a valid IPv4 customBindHost (got example.org)"],
      ["10.9.9.9", "gateway bind=custom requested 10.9.9.9 but resolved none; refusing fallback"],
    ])("refuses the custom host %j", (customBindHost, line) => {
      const gateway = { bind: "custom" as const, ...(customBindHost !== undefined && { customBindHost }) };
      expect(failure({ gateway })).toMatchObject({ exitCode: 78, lines: [line] });
    });
  });

  describe("secrets", () => {
    test("follow the order flag, file, environment", () => {
      const secret = fc.option(fc.constantFrom("flag-1", "file-2", "env-3"), { nil: undefined });
      fc.assert(
        fc.property(secret, secret, secret, fc.constantFrom("token", "password"), (flag, file, env, mode) => {
          const found = settings({
            gateway: { auth: { mode: "token", ...(file !== undefined && { [mode]: file }) } },
            env: { [`OPENCLAW_GATEWAY_${mode.toUpperCase()}`]: env },
            flags: flag === undefined ? {} : { [mode]: flag },
          });
          expect(mode === "token" ? found.auth.token : found.auth.password).toBe(flag ?? file ?? env);
        }),
        { seed: 3 },
      );
    });

    test("are trimmed", () => {
      expect(settings({ env: { OPENCLAW_GATEWAY_TOKEN: " t \n" } }).auth.token).toBe("t");
    });

    test("are not read from the old variable names, which only clients know", () => {
      expect(settings({ env: { CLAWDBOT_GATEWAY_TOKEN: "t" } }).tokenMissing).toBe(true);
    });

    test.each<[string, Case, string]>([
      ["the flag", { flags: { auth: "token" }, gateway: { auth: { mode: "none" } } }, "token"],
      ["the file", { gateway: { auth: { mode: "token", password: "p" } } }, "token"],
      ["a password that is there", { env: { OPENCLAW_GATEWAY_PASSWORD: "p" } }, "password"],
    ])("let %s decide the mode", (_title, given, mode) => {
      expect(settings(given).auth.mode).toBe(mode);
    });

    test("are asked for in password mode", () => {
      expect(failure({ flags: { auth: "password" } })).toEqual({
        code: "password-missing",
        exitCode: 78,
        lines: [
          "Gateway auth is set to password, but no password is configured.",
          "Set gateway.auth.password (or OPENCLAW_GATEWAY_PASSWORD), or pass --password.",
        ],
      });
    });

    test("on the command line earn a warning", () => {
      expect(settings({ flags: { token: "t" } }).warnings).toEqual([
        "--token on the command line can be read by other users of this machine.",
      ]);
    });

    test("may be switched off on loopback, with a warning", () => {
      expect(settings({ gateway: { auth: { mode: "none" } } }).warnings).toEqual([
        "Gateway auth mode=none explicitly configured; all gateway connections are unauthenticated.",
      ]);
    });
  });

  describe("named tokens", () => {
    const hash = `sha256:${"0".repeat(64)}`;

    test("may read, for good and from anywhere, unless their entry says otherwise", () => {
      const tokens = [
        { name: "plain", hash },
        {
          name: "full",
          hash,
          role: "node" as const,
          scopes: [],
          expiresAt: "2027-01-31T12:00:00.000Z",
          cidr: ["192.0.2.0/24"],
        },
      ];
      expect(settings({ gateway: { auth: { tokens } } }).auth.tokens).toEqual([
        { name: "plain", hash, role: "operator", scopes: ["operator.read"] },
        {
          name: "full",
          hash,
          role: "node",
          scopes: [],
          expiresAtMs: Date.UTC(2027, 0, 31, 12),
          cidr: ["192.0.2.0/24"],
        },
      ]);
    });

    test("are none by default, and guard no address by themselves", () => {
      expect(settings({}).auth.tokens).toEqual([]);
      const auth = { mode: "none" as const, tokens: [{ name: "ci", hash }] };
      expect(failure({ gateway: { bind: "lan", auth } })?.code).toBe("bind-without-auth");
    });
  });

  describe("beyond loopback", () => {
    const BINDS = ["lan", "tailnet", "custom", "auto"] as const;
    const WORTHLESS = [
      "",
      "   ",
      "undefined",
      "null",
      "changeme",
      "CHANGEME",
      "__OPENCLAW_REDACTED__",
      "${TOKEN}",
    ];
    const gatewayOn = (bind: (typeof BINDS)[number], auth: NonNullable<Gateway["auth"]>): Gateway => ({
      bind,
      customBindHost: "192.168.1.5",
      controlUi: origins,
      auth,
    });

    test.each(BINDS)("refuses bind %s without authentication, with the runbook's signature", (bind) => {
      const found = failure({ gateway: gatewayOn(bind, { mode: "none" }) });
      expect(found?.exitCode).toBe(78);
      expect(found?.lines[0]).toMatch(
        /^refusing to bind gateway to [\d.]+:18789 without auth \(set gateway\.auth\.token\/password, or set OPENCLAW_GATEWAY_TOKEN\/OPENCLAW_GATEWAY_PASSWORD\)$/,
      );
      expect(found?.lines[1]).toBe(
        "Set gateway.auth.token/password (or OPENCLAW_GATEWAY_TOKEN/OPENCLAW_GATEWAY_PASSWORD) or pass --token/--password.",
      );
    });

    test("names host and port", () => {
      const given = { gateway: gatewayOn("lan", { mode: "none" }), flags: { port: 20444 } };
      expect(failure(given)?.lines[0]).toContain("refusing to bind gateway to 0.0.0.0:20444 without auth");
    });

    test.each(WORTHLESS.flatMap((worthless) => BINDS.map((bind) => [worthless, bind] as const)))(
      "T-AUTH-17 counts the token %j as missing on bind %s, from every source",
      (worthless, bind) => {
        const cases: readonly Case[] = [
          { gateway: gatewayOn(bind, { mode: "token", token: worthless }) },
          { gateway: gatewayOn(bind, {}), flags: { token: worthless } },
          ...(worthless.trim() === ""
            ? []
            : [{ gateway: gatewayOn(bind, {}), env: { OPENCLAW_GATEWAY_TOKEN: worthless } }]),
        ];
        expect(cases.map((given) => failure(given)?.code)).toEqual(cases.map(() => "bind-without-auth"));
      },
    );

    test.each(WORTHLESS)("T-AUTH-17 counts the password %j as missing", (password) => {
      expect(failure({ gateway: gatewayOn("lan", { mode: "password", password }) })?.code).toBe(
        "password-missing",
      );
    });

    test("T-AUTH-17 says which setting holds the placeholder, without its value", () => {
      const lines = failure({ gateway: gatewayOn("lan", { token: "changeme" }) })?.lines ?? [];
      expect(lines).toContain("gateway.auth.token is blank or a placeholder and counts as missing.");
      expect(lines.join()).not.toContain("changeme");
    });

    test("T-AUTH-17 passes over a placeholder when the next source has a secret", () => {
      const gateway = gatewayOn("lan", { token: "changeme" });
      expect(settings({ gateway, env: { OPENCLAW_GATEWAY_TOKEN: "real" } }).auth).toMatchObject({
        token: "real",
        tokenSource: "env",
      });
    });

    test("lets token mode start without a token, because one will be generated", () => {
      expect(settings({ gateway: gatewayOn("lan", {}) }).tokenMissing).toBe(true);
    });

    test("says that the token for remote calls does not count", () => {
      const gateway = { ...gatewayOn("lan", { mode: "none" as const }), remote: { token: "r" } };
      expect(failure({ gateway })?.lines).toContain(
        '"gateway.remote.token" is for remote CLI calls; it does not enable local gateway auth.',
      );
    });

    test("asks for the origins of the control UI, unless it is off", () => {
      const gateway = { bind: "lan" as const, auth: { token: "t" } };
      expect(failure({ gateway })?.code).toBe("control-ui-origins-missing");
      expect(resolve({ gateway: { ...gateway, controlUi: { enabled: false } } }).ok).toBe(true);
      const fallback = { dangerouslyAllowHostHeaderOriginFallback: true };
      expect(resolve({ gateway: { ...gateway, controlUi: fallback } }).ok).toBe(true);
    });
  });

  describe("trusted proxy", () => {
    const proxied = (gateway: Gateway = {}): Case => ({
      gateway: { auth: { mode: "trusted-proxy", trustedProxy: { userHeader: " X-User " } }, ...gateway },
    });

    test.each<[string, Case, string]>([
      ["its settings", { gateway: { auth: { mode: "trusted-proxy" } } }, "proxy-settings-missing"],
      [
        "its user header",
        { gateway: { auth: { mode: "trusted-proxy", trustedProxy: { userHeader: " " } } } },
        "proxy-user-header-empty",
      ],
      ["proxies", proxied(), "proxies-missing"],
      ["a local proxy on loopback", proxied({ trustedProxies: ["10.0.0.1"] }), "loopback-proxy-missing"],
    ])("is refused without %s", (_title, given, code) => {
      expect(failure(given)).toMatchObject({ code, exitCode: 78 });
    });

    test.each(["127.0.0.1", "127.0.0.0/8", "::1", "::1/128", "::ffff:127.0.0.1"])(
      "accepts %s as local proxy",
      (proxy) => {
        expect(settings(proxied({ trustedProxies: [proxy] })).auth.trustedProxy).toEqual({
          userHeader: "x-user",
          requiredHeaders: [],
          allowUsers: [],
        });
      },
    );

    test("needs no secret beyond loopback", () => {
      expect(resolve(proxied({ bind: "lan", trustedProxies: ["10.0.0.1"], controlUi: origins })).ok).toBe(
        true,
      );
    });
  });

  test.each<[Gateway, string]>([
    [{ tailscale: { mode: "funnel" } }, "funnel-without-password"],
    [{ tailscale: { mode: "serve" }, bind: "lan", auth: { token: "t" } }, "tailscale-off-loopback"],
  ])("refuses %j", (gateway, code) => {
    expect(failure({ gateway })?.code).toBe(code);
  });

  describe("hooks", () => {
    test.each<[string, Case, string]>([
      ["no token", { hooks: { enabled: true } }, "hooks-token-missing"],
      ["a placeholder as token", { hooks: { enabled: true, token: "changeme" } }, "hooks-token-missing"],
      ["the root as path", { hooks: { enabled: true, token: "h", path: "//" } }, "hooks-path-root"],
      [
        "prefixes without hook:",
        { hooks: { enabled: true, token: "h", allowedSessionKeyPrefixes: ["x:"] } },
        "hooks-prefix-unlisted",
      ],
      [
        "a default key outside the prefixes",
        { hooks: { enabled: true, token: "h", allowedSessionKeyPrefixes: ["x:"], defaultSessionKey: "y:1" } },
        "hooks-default-key-unlisted",
      ],
    ])("are refused with %s", (_title, given, code) => {
      expect(failure(given)).toMatchObject({ code, exitCode: 78 });
    });

    test.each<[string, Case]>([
      ["file", { gateway: { auth: { token: "same" } } }],
      ["environment", { env: { OPENCLAW_GATEWAY_TOKEN: "same" } }],
      ["flag", { flags: { token: "same" } }],
      ["password", { env: { OPENCLAW_GATEWAY_PASSWORD: " same" } }],
    ])("T-AUTH-18 may not share the gateway's secret (%s)", (_title, given) => {
      expect(failure({ ...given, hooks: { enabled: true, token: "same" } })).toMatchObject({
        code: "hooks-token-shared",
        exitCode: 78,
      });
    });

    test("are not checked while they are off", () => {
      expect(resolve({ hooks: { enabled: false, path: "/" } }).ok).toBe(true);
    });
  });

  test.each([
    ["2500", 2_500],
    [" 2500 ", 2_500],
    ["0", 700],
    ["-1", 700],
    ["1e9", 700],
    ["2147483648", 700],
    ["", 700],
  ])("OPENCLAW_HANDSHAKE_TIMEOUT_MS=%j over a file that says 700 makes it %i ms", (value, expected) => {
    const { limits } = settings({
      gateway: { limits: { handshakeTimeoutMs: 700 } },
      env: { OPENCLAW_HANDSHAKE_TIMEOUT_MS: value },
    });
    expect(limits.handshakeTimeoutMs).toBe(expected);
  });

  test("fills in limits, budgets and TLS files", () => {
    const found = settings({
      gateway: { limits: { preAuthSockets: 9 }, shutdown: { budgetMs: 1 }, tls: { enabled: true } },
    });
    expect(found.limits).toMatchObject({
      preAuthSockets: 9,
      handshakeTimeoutMs: 15_000,
      maxPayloadBytes: 26_214_400,
    });
    expect(found.shutdown).toEqual({ budgetMs: 1, restartDrainMs: 30_000 });
    expect(found.tls).toMatchObject({ enabled: true, certPath: "/s/gateway/tls/gateway-cert.pem" });
    expect(found.auth.rateLimit).toEqual({
      maxAttempts: 10,
      windowMs: 60_000,
      lockoutMs: 300_000,
      exemptLoopback: true,
    });
  });
});

describe("usableSecret", () => {
  test("keeps real secrets that only contain a placeholder", () => {
    expect(["nullify", "changeme-not", "$5", "a${B}"].map(usableSecret)).toEqual([
      "nullify",
      "changeme-not",
      "$5",
      "a${B}",
    ]);
  });
});

describe("node commands", () => {
  test("are those of the platforms unless the file adds or takes away", () => {
    expect(settings({}).nodes).toEqual({ allowCommands: [], denyCommands: [] });
    const nodes = { allowCommands: ["camera.snap"], denyCommands: ["system.run"] };
    expect(settings({ gateway: { nodes } }).nodes).toEqual(nodes);
  });
});
