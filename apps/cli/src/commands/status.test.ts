import { describe, expect, test } from "vitest";

import { createTestHome } from "../testing/command-line.ts";
import { ANSWERS, configFor, createDownSite, createTestSite, TOKEN } from "../testing/gateway.ts";

const KEYS = [
  ...["heartbeat", "channelSummary", "queuedSystemEvents", "sessions", "os", "update", "updateChannel"],
  ...["updateChannelSource", "memory", "memoryPlugin", "gateway", "gatewayService", "nodeService", "agents"],
  "securityAudit",
];

describe("status", () => {
  test("shows that the gateway is reachable, how, and who it is", async () => {
    await using site = await createTestSite();
    const { code, stdout, stderr } = await site.openclaw(["status"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^OpenClaw status\n\nOverview\n┌/);
    const flat = stdout.replaceAll(/\s*│\n│\s*│\s*/g, " ");
    expect(flat).toMatch(
      /Gateway +│ local · ws:\/\/127\.0\.0\.1:\d+ \(local loopback\) · reachable \d+ms · auth token/,
    );
    expect(flat).toContain("gateway-host (192.0.2.10) app 2026.11.0 linux");
    expect(stdout).toMatch(/Gateway service +│ systemd not installed/);
    expect(stdout).toMatch(/Sessions +│ 1 active · default builtin\/echo \(32k ctx\)/);
    expect(stdout.split("\n").every((line) => line.length <= 119)).toBe(true);
  });

  test("--json has every documented key, the gateway's part as it sent it", async () => {
    await using site = await createTestSite();
    const { stdout } = await site.openclaw(["status", "--json"]);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual(KEYS);
    expect(report).toMatchObject({
      sessions: ANSWERS.status.sessions,
      os: { platform: "linux", arch: "x64", release: "6.1.0", label: "linux 6.1.0 (x64)" },
      gateway: {
        mode: "local",
        url: site.gateway.url,
        urlSource: "local loopback",
        misconfigured: false,
        reachable: true,
        self: { host: "gateway-host", ip: "192.0.2.10", version: "2026.11.0", platform: "linux" },
        error: null,
      },
      gatewayService: { label: "systemd", installed: false, loadedText: "disabled" },
      agents: { defaultId: "main", totalSessions: 1, agents: [{ id: "main", sessionsCount: 1 }] },
    });
  });

  test("asks everything on one connection", async () => {
    await using site = await createTestSite();
    await site.openclaw(["status", "--json"]);
    expect(site.gateway.connects).toHaveLength(1);
    expect(site.gateway.requests.map(({ method }) => method).sort()).toEqual(["channels.status", "status"]);
  });

  test("works with the gateway down: zeros for sessions, agents and channels from the configuration", async () => {
    await using site = await createDownSite();
    await site.configure({
      ...configFor(site.port),
      agents: { list: [{ id: "ops" }, { id: "desk", default: true, workspace: "/w" }] },
      channels: { irc: {} },
    });
    const json = await site.openclaw(["status", "--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      heartbeat: { defaultAgentId: "desk" },
      sessions: { count: 0, paths: [], recent: [], byAgent: [] },
      gateway: {
        reachable: false,
        self: null,
        error: `connect failed: connect ECONNREFUSED 127.0.0.1:${site.port}`,
      },
      agents: { defaultId: "desk", agents: [{ id: "desk", workspaceDir: "/w" }, { id: "ops" }] },
    });
    const text = await site.openclaw(["status"]);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("unreachable");
    expect(text.stdout).toMatch(/irc +│ ON +│ SETUP/);
    expect(text.stdout).toContain("Gateway: start it with: openclaw gateway");
  });

  test("with a wrong token is unreachable and says why", async () => {
    await using site = await createTestSite();
    const { code, stdout } = await site.openclaw(["status", "--json"], {
      env: { OPENCLAW_GATEWAY_TOKEN: "wrong" },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      gateway: { reachable: false, error: expect.stringContaining("unauthorized") },
    });
  });

  test("in remote mode without an address is misconfigured", async () => {
    await using home = await createTestHome();
    await home.configure({ gateway: { mode: "remote" } });
    const { stdout } = await home.openclaw(["status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      gateway: { mode: "remote", misconfigured: true, reachable: false },
    });
    expect((await home.openclaw(["status"])).stdout).toContain("misconfigured (remote.url missing)");
  });

  test("--deep probes and needs the gateway", async () => {
    await using site = await createTestSite({ "last-heartbeat": () => null });
    const { stdout } = await site.openclaw(["status", "--deep", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ health: { ok: true }, lastHeartbeat: null });
    await using down = await createDownSite();
    expect((await down.openclaw(["status", "--deep"])).code).toBe(1);
  });

  test("--usage adds what models used and cost; without a gateway there is nothing to add", async () => {
    const totals = { totalCost: 1.5, totalTokens: 1_200, missingCostEntries: 0 };
    const cost = { updatedAt: 2, days: 30, daily: [], totals };
    const allowance = { updatedAt: 1, providers: [] };
    await using site = await createTestSite({ "usage.status": () => allowance, "usage.cost": () => cost });
    const { stdout } = await site.openclaw(["status", "--usage"]);
    expect(stdout).toContain("\nUsage cost (30 days)\nTotal: $1.50 · 1200 tokens\n");
    const json = JSON.parse((await site.openclaw(["status", "--usage", "--json"])).stdout) as object;
    expect(json).toMatchObject({ usage: { ...allowance, cost } });
    expect((await site.openclaw(["status"])).stdout).not.toContain("Usage cost");
    await using down = await createDownSite();
    expect(await down.openclaw(["status", "--usage"])).toMatchObject({ code: 0 });
  });

  test("--strict exits with 1 when the gateway does not answer, the output unchanged", async () => {
    await using site = await createDownSite();
    const { code, stdout } = await site.openclaw(["status", "--strict", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ gateway: { reachable: false } });
  });

  describe("--all", () => {
    const ACCOUNT = { enabled: true, configured: true };
    const channels = {
      ...ANSWERS["channels.status"],
      channelOrder: ["irc"],
      channelLabels: { irc: "IRC" },
      channelAccounts: {
        irc: [
          { accountId: "default", ...ACCOUNT, running: true },
          { accountId: "spare", ...ACCOUNT, running: false, lastError: "no network" },
        ],
      },
    };

    test("shows everything in tables, then what was looked at and what is wrong", async () => {
      const configStatus = {
        state: "applied",
        valid: true,
        hash: null,
        issues: 0,
        pendingRestart: ["gateway.port"],
      };
      await using site = await createTestSite({
        "channels.status": () => channels,
        status: () => ({ ...ANSWERS.status, configStatus }),
      });
      const { code, stdout } = await site.openclaw(["status", "--all"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^OpenClaw status --all\n\nOverview\n┌/);
      expect(stdout).toMatch(/│ Version +│ 2026\.11\.0 /);
      expect(stdout).toMatch(/\nIRC accounts\n┌.*\n│ Account │ Status │ Notes/);
      expect(stdout).toMatch(/│ spare +│ WARN +│ enabled, configured, stopped, error:no network/);
      expect(stdout).toMatch(/\nAgents\n┌/);
      const [, diagnosis = ""] = stdout.split("Diagnosis (read-only)\n\n");
      expect(diagnosis).toContain("✓ Config: ~/.openclaw/openclaw.json\n");
      expect(diagnosis).toContain(`✓ Gateway: answers at ${site.gateway.url}\n`);
      expect(diagnosis).toContain(
        "! Configuration in force: 1 change waits for a restart\n  gateway.port\n  Run: openclaw gateway restart\n",
      );
      expect(diagnosis).toMatch(/✓ Port \d+: the gateway's\n/);
      expect(diagnosis).toContain(
        "! Channel issues\n  - irc spare: not running (no network)\n  Run: openclaw channels status --probe\n",
      );
      expect(diagnosis).toMatch(/\n\nPasteable debug report\. Auth tokens redacted\.\n$/);
      expect(stdout).not.toContain(TOKEN);
    });

    test("works with the gateway down and a file that cannot be used, and says what to type", async () => {
      await using site = await createDownSite();
      const env = { OPENCLAW_GATEWAY_PORT: String(site.port) };
      await site.configure('{ gateway: { port: "many" } }');
      const { code, stdout } = await site.openclaw(["status", "--all"], { env });
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /✗ Config: ~\/\.openclaw\/openclaw\.json \(invalid\)\n {2}gateway\.port: .*\n {2}Run: openclaw config validate\n/,
      );
      expect(stdout).toMatch(
        /✗ Gateway: connect failed: connect ECONNREFUSED .*\n {2}Next: mend the configuration first: openclaw config edit\n/,
      );
      expect(stdout).toContain(`! Port ${site.port}: nobody listens\n`);
    });

    test("--json is that of status", async () => {
      await using site = await createTestSite();
      const { stdout } = await site.openclaw(["status", "--all", "--json"]);
      expect(Object.keys(JSON.parse(stdout) as object)).toEqual(KEYS);
    });
  });
});
