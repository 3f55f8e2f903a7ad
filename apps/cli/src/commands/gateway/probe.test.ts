import { helloOk, startScriptedGateway } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";

import { ANSWERS, createDownSite, createTestSite } from "../../testing/gateway.ts";

const SNAPSHOT = {
  path: "/c/openclaw.json",
  exists: true,
  valid: true,
  resolved: {
    gateway: { mode: "local", port: 20_400, auth: { mode: "token", token: "__OPENCLAW_REDACTED__" } },
  },
  issues: [],
  warnings: [],
  legacyIssues: [],
};
const METHODS = { "config.get": () => SNAPSHOT, "system-presence": () => [] };

interface Report {
  readonly ok: boolean;
  readonly primaryTargetId: string | null;
  readonly warnings: readonly object[];
  readonly targets: readonly { readonly id: string; readonly connect: object; readonly active: boolean }[];
}

describe("gateway probe", () => {
  test("shows what the local gateway is and that it answers", async () => {
    await using site = await createTestSite(METHODS);
    const { code, stdout } = await site.openclaw(["gateway", "probe"]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\d+ms/g, "<n>ms").split("\n")).toEqual([
      "Gateway Status",
      "Reachable: yes",
      "Probe budget: <n>ms",
      "",
      "Discovery (this machine)",
      "Found 0 gateways via Bonjour (local.)",
      "Not every network was asked: OPENCLAW_DISABLE_BONJOUR is set",
      "Tip: mDNS does not leave the local network; name a gateway elsewhere with --url or gateway.remote.url.",
      "",
      "Targets",
      `Local loopback ${site.gateway.url}`,
      "  Connect: ok (<n>ms) · RPC: ok",
      "  Gateway: gateway-host (192.0.2.10) · linux · app 2026.11.0",
      "  Wide-area discovery: unknown",
      "",
      "",
    ]);
  });

  test("--json digests the configuration without secrets and passes on what the gateway said", async () => {
    await using site = await createTestSite(METHODS);
    const { stdout } = await site.openclaw(["gateway", "probe", "--json"]);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({
      ok: true,
      timeoutMs: 3_000,
      primaryTargetId: "localLoopback",
      warnings: [],
      discovery: { timeoutMs: 1_200, count: 0, beacons: [], problem: "OPENCLAW_DISABLE_BONJOUR is set" },
    });
    expect(report.targets).toMatchObject([
      {
        kind: "localLoopback",
        active: true,
        tunnel: null,
        connect: { ok: true, error: null, close: null },
        rpc: { ok: true, error: null },
        self: { host: "gateway-host" },
        config: {
          path: "/c/openclaw.json",
          gateway: { mode: "local", bind: null, port: 20_400, authTokenConfigured: true, remoteUrl: null },
          discovery: { wideAreaEnabled: null },
        },
        health: ANSWERS.health,
        summary: ANSWERS.status,
        presence: [],
      },
    ]);
    expect(stdout).not.toContain("REDACTED");
  });

  test("with nothing there: exit code 1, what is wrong and what to type, the object also under --json", async () => {
    await using site = await createDownSite();
    const text = await site.openclaw(["gateway", "probe"]);
    expect(text.code).toBe(1);
    expect(text.stdout).toContain("Reachable: no\n");
    expect(text.stdout).toContain(
      `  Connect: failed - connect failed: connect ECONNREFUSED 127.0.0.1:${site.port}\n`,
    );
    expect(text.stdout).toContain("  Next: start it with: openclaw gateway\n");
    const json = await site.openclaw(["gateway", "probe", "--json"]);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      1,
      {
        ok: false,
        primaryTargetId: null,
        targets: [{ connect: { errorCode: "unreachable", close: { code: 1006 } } }],
      },
    ]);
  });

  test("with a wrong token names the refusal and its close code", async () => {
    await using site = await createTestSite(METHODS);
    const { code, stdout } = await site.openclaw(["gateway", "probe", "--token", "wrong", "--json"]);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Report).targets).toMatchObject([
      {
        connect: {
          error: "connect failed: unauthorized: gateway token mismatch (provide gateway auth token)",
          errorCode: "unauthorized",
          close: { code: 1008 },
        },
        self: null,
      },
    ]);
  });

  test("looks at the remote gateway too, and says which of several commands talk to", async () => {
    await using remote = await createTestSite(METHODS);
    await using local = await createTestSite(METHODS);
    const { port } = local.gateway;
    await local.configure({ gateway: { mode: "remote", port, remote: { url: remote.gateway.url } } });
    const env = { OPENCLAW_GATEWAY_TOKEN: "test-token-0001" };
    const { stdout } = await local.openclaw(["gateway", "probe", "--json"], { env });
    const report = JSON.parse(stdout) as Report;
    expect(report.targets.map(({ id, active }) => [id, active])).toEqual([
      ["configRemote", true],
      ["localLoopback", false],
    ]);
    expect(report).toMatchObject({
      primaryTargetId: "configRemote",
      warnings: [{ code: "multiple_gateways", targetIds: ["configRemote", "localLoopback"] }],
    });
    expect((await local.openclaw(["gateway", "probe"], { env })).stdout).toContain(
      `Warning:\n- 2 gateways answer; commands talk to ${remote.gateway.url}.\n`,
    );
  });

  test("offers an address of the command line no credentials but those beside it", async () => {
    await using stranger = await startScriptedGateway({
      connect: (params) => helloOk(params, { auth: { role: "operator", scopes: [], deviceToken: "theirs" } }),
    });
    await using site = await createTestSite(METHODS);
    await site.openclaw(["gateway", "probe", "--url", stranger.url]);
    // Not even what it issued itself: it may be another one by now.
    await site.openclaw(["gateway", "probe", "--url", stranger.url]);
    await site.openclaw(["gateway", "probe", "--url", stranger.url, "--token", "for-them"]);
    expect(stranger.connects.map(({ auth }) => auth)).toEqual([undefined, undefined, { token: "for-them" }]);
    expect(site.gateway.connects.map(({ auth }) => auth)).toEqual([
      { token: "test-token-0001" },
      { token: "test-token-0001" },
      { token: "test-token-0001" },
    ]);
  });

  test("does not connect in clear text to another machine", async () => {
    await using site = await createDownSite();
    const { stdout } = await site.openclaw(["gateway", "probe", "--url", "ws://192.0.2.1:1", "--json"]);
    const [explicit] = (JSON.parse(stdout) as Report).targets;
    expect(explicit).toMatchObject({ id: "explicit", connect: { ok: false, errorCode: "insecure_url" } });
  });

  test("tells a gateway that lets nobody in from one that answers nothing", async () => {
    await using site = await createTestSite({ ...METHODS, health: () => new Promise(() => undefined) });
    const { code, stdout } = await site.openclaw(["gateway", "probe", "--timeout", "200"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}Connect: ok \(\d+ms\) · RPC: failed - gateway timeout after \d+ms/);
  });

  test("refuses a budget that is none", async () => {
    await using site = await createDownSite();
    const { code, stderr } = await site.openclaw(["gateway", "probe", "--timeout", "soon"]);
    expect([code, stderr]).toEqual([1, "Error: invalid --timeout: soon\n"]);
  });
});
