import { describe, expect, test } from "vitest";

import { ANSWERS, configFor, createDownSite, createTestSite } from "../../testing/gateway.ts";

const telegram = {
  ...ANSWERS["channels.status"],
  channelOrder: ["telegram"],
  channelLabels: { telegram: "Telegram" },
  channelAccounts: {
    telegram: [
      {
        accountId: "default",
        name: "bot",
        enabled: true,
        configured: true,
        running: true,
        connected: true,
        lastInboundAt: 1_000_000 - 120_000,
        mode: "polling",
        dmPolicy: "pairing",
        allowFrom: ["1", "2"],
        tokenSource: "config",
        probe: { ok: true },
      },
      { accountId: "spare", enabled: true, configured: true, running: false, lastError: "no network" },
    ],
  },
};

describe("channels status", () => {
  test("asks for a probe only with --probe", async () => {
    await using site = await createTestSite();
    const plain = await site.openclaw(["channels", "status"]);
    const probed = await site.openclaw(["channels", "status", "--probe", "--timeout", "5000"]);
    expect(plain.stdout).toMatch(/^Checking channel status…\nGateway reachable\.\n/);
    expect(probed.stdout).toMatch(/^Checking channel status \(probe\)…\nGateway reachable\.\n/);
    expect(site.gateway.requests.map(({ params }) => params)).toEqual([
      { probe: false, timeoutMs: 10_000 },
      { probe: true, timeoutMs: 5_000 },
    ]);
  });

  test("prints one line per account in the documented order, and warnings", async () => {
    await using site = await createTestSite({ "channels.status": () => telegram });
    const { code, stdout } = await site.openclaw(["channels", "status"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "- Telegram default (bot): enabled, configured, running, connected, in:2m ago, mode:polling, dm:pairing, allow:1,2, token:config, works\n" +
        "- Telegram spare: enabled, configured, stopped, error:no network\n",
    );
    expect(stdout).toContain("Warnings:\n- telegram spare: not running (no network)\n");
  });

  test("--strict exits with 1 when an account is not ready", async () => {
    await using site = await createTestSite({ "channels.status": () => telegram });
    expect((await site.openclaw(["channels", "status", "--strict"])).code).toBe(1);
  });

  test("--json prints the payload alone", async () => {
    await using site = await createTestSite();
    const { stdout } = await site.openclaw(["channels", "status", "--json"]);
    expect(JSON.parse(stdout)).toEqual(ANSWERS["channels.status"]);
  });

  test("with the gateway down shows what the configuration has and exits with 0", async () => {
    await using site = await createDownSite();
    await site.configure({ ...configFor(site.port), channels: { telegram: { enabled: false }, irc: {} } });
    const { code, stdout, stderr } = await site.openclaw(["channels", "status"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Gateway not reachable: Error: gateway closed \(1006 .*\n(.*\n)*Next: start it with: openclaw gateway\n$/,
    );
    expect(stdout).toContain(
      [
        "Gateway not reachable; showing config-only status.",
        "Config: ~/.openclaw/openclaw.json",
        "Mode: local",
        "",
        "- telegram: disabled",
        "- irc: enabled",
      ].join("\n"),
    );
    expect((await site.openclaw(["channels", "status", "--strict"])).code).toBe(1);
  });

  test("with the gateway down under --json is a failure object", async () => {
    await using site = await createDownSite();
    const { code, stdout } = await site.openclaw(["channels", "status", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "unreachable" } });
  });
});
