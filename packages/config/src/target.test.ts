import { describe, expect, test } from "vitest";
import type { OpenClawConfig } from "./schema/config-schema.ts";
import { resolveTarget, type ResolveTargetOptions } from "./target.ts";

const configPath = "/h/.openclaw/openclaw.json";
const place = `Config: ${configPath}`;

type Options = Partial<ResolveTargetOptions> & { gateway?: NonNullable<OpenClawConfig["gateway"]> };
const resolve = ({ gateway = {}, ...options }: Options) =>
  resolveTarget({ config: { gateway }, env: {}, paths: { configPath }, ...options });

function target(options: Options) {
  const result = resolve(options);
  if (!result.ok) throw new Error(result.failure.lines.join("\n"));
  return result.target;
}

function failure(options: Options) {
  const result = resolve(options);
  return result.ok ? undefined : result.failure;
}

describe("resolveTarget", () => {
  test("talks to the local gateway by default", () => {
    expect(target({ gateway: { auth: { token: "t" } } })).toEqual({
      url: "ws://127.0.0.1:18789",
      source: "local loopback",
      token: "t",
      configPath,
      bind: "loopback",
      details: ["Gateway target: ws://127.0.0.1:18789", "Source: local loopback", place, "Bind: loopback"],
    });
  });

  test.each<[string, Options, string]>([
    ["the configured port", { gateway: { port: 20440 } }, "ws://127.0.0.1:20440"],
    [
      "OPENCLAW_GATEWAY_PORT",
      { gateway: { port: 1 }, env: { OPENCLAW_GATEWAY_PORT: "19001" } },
      "ws://127.0.0.1:19001",
    ],
    ["--port", { env: { OPENCLAW_GATEWAY_PORT: "1" }, flags: { port: "7" } }, "ws://127.0.0.1:7"],
    ["wss when the gateway has TLS", { gateway: { tls: { enabled: true } } }, "wss://127.0.0.1:18789"],
    ["loopback whatever the bind mode", { gateway: { bind: "lan" } }, "ws://127.0.0.1:18789"],
  ])("uses %s", (_title, options, url) => {
    expect(target(options).url).toBe(url);
  });

  describe("credentials", () => {
    const gateway = {
      auth: { token: "file-t", password: "file-p" },
      remote: { token: "remote-t", password: "remote-p" },
    };
    const env = { OPENCLAW_GATEWAY_TOKEN: "env-t", OPENCLAW_GATEWAY_PASSWORD: "env-p" };
    const legacy = { CLAWDBOT_GATEWAY_TOKEN: "old-t", CLAWDBOT_GATEWAY_PASSWORD: "old-p" };
    const remote = {
      ...gateway,
      mode: "remote" as const,
      remote: { ...gateway.remote, url: "wss://gw.example" },
    };

    test.each<[string, Options, string | undefined, string | undefined]>([
      ["local: environment before file", { gateway, env: { ...legacy, ...env } }, "env-t", "env-p"],
      ["local: old variable names too", { gateway, env: legacy }, "old-t", "old-p"],
      ["local: file last, never those for remote", { gateway }, "file-t", "file-p"],
      [
        "local: placeholders are passed over",
        { gateway, env: { OPENCLAW_GATEWAY_TOKEN: "changeme" } },
        "file-t",
        "file-p",
      ],
      [
        "remote: own token first, environment's password first",
        { gateway: remote, env },
        "remote-t",
        "env-p",
      ],
      ["remote: own password before the gateway's", { gateway: remote }, "remote-t", "remote-p"],
      [
        "remote: the gateway's own last",
        { gateway: { ...remote, remote: { url: "wss://gw.example" } } },
        "file-t",
        "file-p",
      ],
      ["flags: nothing else", { gateway, env, flags: { token: "flag-t" } }, "flag-t", undefined],
      [
        "flags: with --url too",
        { gateway, env, flags: { url: "ws://[::1]:7", password: "p" } },
        undefined,
        "p",
      ],
    ])("%s", (_title, options, token, password) => {
      const found = target(options);
      expect({ token: found.token, password: found.password }).toEqual({ token, password });
    });
  });

  test("never offers stored credentials to an address from the command line", () => {
    const env = { OPENCLAW_GATEWAY_TOKEN: "t" };
    expect(
      failure({ env, gateway: { auth: { token: "t" } }, flags: { url: "ws://127.0.0.1:20400" } }),
    ).toEqual({
      code: "credentials_required",
      lines: [
        "gateway url override requires explicit credentials",
        "Fix: pass --token or --password (or gatewayToken in tools).",
        place,
      ],
    });
  });

  test("does not take a blank flag for a credential", () => {
    expect(failure({ flags: { url: "ws://127.0.0.1:1", token: " " } })?.code).toBe("credentials_required");
  });

  describe("remote mode", () => {
    test("uses the configured address and its pinned certificate", () => {
      const gateway = { mode: "remote" as const, remote: { url: "wss://gw.example", tlsFingerprint: "aa" } };
      expect(target({ gateway })).toEqual({
        url: "wss://gw.example",
        source: "config gateway.remote.url",
        tlsFingerprint: "aa",
        configPath,
        details: ["Gateway target: wss://gw.example", "Source: config gateway.remote.url", place],
      });
    });

    test("is misconfigured without an address", () => {
      expect(failure({ gateway: { mode: "remote" } })).toEqual({
        code: "remote_url_missing",
        lines: [
          "gateway remote mode misconfigured: gateway.remote.url missing",
          place,
          "Fix: set gateway.remote.url, or set gateway.mode=local.",
        ],
      });
    });

    test("is left aside for a question about this machine", () => {
      const found = target({
        gateway: { mode: "remote", bind: "lan", auth: { token: "t" } },
        scope: "local",
      });
      expect(found).toMatchObject({
        url: "ws://127.0.0.1:18789",
        source: "missing gateway.remote.url (fallback local)",
        bind: "lan",
        token: "t",
      });
      expect(found.details.at(-1)).toMatch(
        /^Warn: gateway\.mode=remote but gateway\.remote\.url is missing;/,
      );
    });

    test("is ignored while the mode is local", () => {
      expect(target({ gateway: { mode: "local", remote: { url: "wss://gw.example" } } }).source).toBe(
        "local loopback",
      );
    });
  });

  describe("clear text", () => {
    test("is refused beyond this machine before anything is sent", () => {
      expect(failure({ flags: { url: "ws://192.168.1.5:20400", token: "t" } })).toEqual({
        code: "insecure_url",
        lines: [
          'SECURITY ERROR: Gateway URL "ws://192.168.1.5:20400" uses plaintext ws:// to a non-loopback address.',
          "Both credentials and chat data would be exposed to network interception.",
          "Source: cli --url",
          place,
          "Fix: Use wss:// for remote gateway URLs.",
          "Safe remote access defaults:",
          "- keep gateway.bind=loopback and use an SSH tunnel (ssh -N -L 18789:127.0.0.1:18789 user@gateway-host)",
          "- or use Tailscale Serve/Funnel for HTTPS remote access",
          "Doctor: openclaw doctor --fix",
        ],
      });
    });

    test.each([
      "ws://127.0.0.1.evil.example",
      "ws://localhost.evil.example",
      "ws://0.0.0.0:1",
      "ws://evil@10.0.0.1",
      "ws://[fe80::1]",
    ])("is refused for %s", (url) => {
      expect(failure({ flags: { url, token: "t" } })?.code).toBe("insecure_url");
    });

    test.each([
      "ws://127.0.0.1:1",
      "ws://127.9.9.9",
      "ws://localhost:1",
      "ws://[::1]:1",
      "WS://LOCALHOST",
      "wss://gw.example",
    ])("is no question for %s", (url) => {
      expect(target({ flags: { url, token: "t" } }).url).toBe(url);
    });

    test("is refused for a configured address too", () => {
      const gateway = { mode: "remote" as const, remote: { url: "ws://gw.example" } };
      expect(failure({ gateway })).toMatchObject({
        code: "insecure_url",
        lines: expect.arrayContaining(["Source: config gateway.remote.url"]),
      });
    });
  });

  test.each(["http://127.0.0.1:1", "127.0.0.1:18789", "nonsense", "file:///etc/passwd"])(
    "refuses the address %s",
    (url) => {
      expect(failure({ flags: { url, token: "t" } })?.code).toBe("invalid_url");
    },
  );

  test("shows no password that stands in an address", () => {
    const lines = failure({ flags: { url: "ws://me:hunter2@gw.example", token: "t" } })?.lines ?? [];
    expect(lines.join("\n")).not.toContain("hunter2");
  });
});
