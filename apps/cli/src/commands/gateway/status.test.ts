import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome } from "../../testing/command-line.ts";
import { ANSWERS, configFor, createDownSite, createTestSite, TOKEN } from "../../testing/gateway.ts";

describe("gateway status", () => {
  test("of a healthy gateway in the foreground has the runbook's baseline and exits with 0", async () => {
    await using site = await createTestSite();
    const { code, stdout, stderr } = await site.openclaw(["gateway", "status"]);
    const { port } = site.gateway;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Service: systemd (disabled)\nFile logs: ");
    expect(stdout).toContain(
      [
        "",
        "Config (cli): ~/.openclaw/openclaw.json",
        "Config (service): ~/.openclaw/openclaw.json",
        "",
        `Gateway: bind=loopback (127.0.0.1), port=${port} (env/config)`,
        `Probe target: ws://127.0.0.1:${port}`,
        `Dashboard: http://127.0.0.1:${port}/`,
        "Probe note: Loopback-only gateway; only local clients can connect.",
        "",
        "Runtime: running (foreground, pid 4242)",
        "RPC probe: ok",
        "",
      ].join("\n"),
    );
    expect(stdout).toContain(
      "Troubles: run openclaw status\nTroubleshooting: https://docs.openclaw.ai/troubleshooting\n",
    );
  });

  test("under --json has the documented keys", async () => {
    await using site = await createTestSite();
    const { stdout } = await site.openclaw(["gateway", "status", "--json"]);
    const path = join(site.home, ".openclaw", "openclaw.json");
    const { port, url } = site.gateway;
    expect(JSON.parse(stdout)).toMatchObject({
      service: {
        label: "systemd",
        loaded: false,
        loadedText: "enabled",
        notLoadedText: "disabled",
        command: null,
        runtime: { status: "running", pid: 4242, detail: "foreground" },
        configAudit: { ok: true, issues: [] },
      },
      config: { cli: { path, exists: true, valid: true }, daemon: { path, exists: true, valid: true } },
      gateway: { bindMode: "loopback", bindHost: "127.0.0.1", port, portSource: "env/config", probeUrl: url },
      port: { port, status: "busy" },
      rpc: { ok: true, url },
      extraServices: [],
    });
  });

  test.each([
    [
      "runs with the last good configuration",
      { state: "applied", valid: true, safeMode: true, pendingRestart: [] },
      "Configuration in force: the last good one (safe mode); the file was not used\n  Run: openclaw config validate\n",
    ],
    [
      "goes on with the configuration before",
      { state: "invalid", valid: false, reason: "expected number", pendingRestart: [] },
      "Configuration in force: the last good one; the file is invalid\n  expected number\n  Run: openclaw config validate\n",
    ],
    [
      "waits for a restart",
      { state: "applied", valid: true, pendingRestart: ["gateway.port"] },
      "Configuration in force: 1 change waits for a restart\n  gateway.port\n  Run: openclaw gateway restart\n",
    ],
    ["runs with its file", { state: "applied", valid: true, pendingRestart: [] }, ""],
  ])("of a gateway that %s says so on stderr", async (_, known, text) => {
    const configStatus = { hash: null, issues: 0, ...known };
    await using site = await createTestSite({ status: () => ({ ...ANSWERS.status, configStatus }) });
    expect(await site.openclaw(["gateway", "status"])).toMatchObject({ code: 0, stderr: text });
    const { stdout } = await site.openclaw(["gateway", "status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ rpc: { ok: true, configStatus } });
  });

  test("of a gateway that is down reports the probe on stderr and still exits with 0", async () => {
    await using site = await createDownSite();
    const { code, stdout, stderr } = await site.openclaw(["gateway", "status"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Runtime: stopped (service not installed)");
    expect(stdout).not.toContain("RPC probe");
    expect(stderr).toBe(
      [
        "RPC probe: failed",
        `RPC target: ws://127.0.0.1:${site.port}`,
        "  gateway closed (1006 abnormal closure (no close frame)): no close reason",
        `  Gateway target: ws://127.0.0.1:${site.port}`,
        "  Source: local loopback",
        "  Config: ~/.openclaw/openclaw.json",
        "  Bind: loopback",
        "Next: start it with: openclaw gateway",
        "",
      ].join("\n"),
    );
  });

  test("--require-rpc makes a failed probe exit with 1, the output unchanged", async () => {
    await using site = await createDownSite();
    const { code, stdout } = await site.openclaw(["gateway", "status", "--require-rpc", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ rpc: { ok: false }, port: { status: "free", listeners: [] } });
  });

  test("--no-probe does not connect and has no rpc", async () => {
    await using site = await createTestSite();
    const { stdout } = await site.openclaw(["gateway", "status", "--no-probe", "--json"]);
    expect(JSON.parse(stdout)).not.toHaveProperty("rpc");
    expect(site.gateway.connects).toEqual([]);
  });

  test("with a wrong token: probe failed, and who holds the port", async () => {
    await using site = await createTestSite();
    const { code, stderr } = await site.openclaw(["gateway", "status", "--token", "wrong"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^RPC probe: failed\nRPC target: .*\n {2}gateway closed \(1008\): unauthorized: /);
    expect(stderr).toContain(`Port ${site.gateway.port} is already in use.\n- pid ${process.pid} `);
  });

  test("probes another address only with credentials for it, but knows its own", async () => {
    await using site = await createTestSite();
    const own = await site.openclaw(["gateway", "status", "--url", site.gateway.url, "--json"]);
    expect(JSON.parse(own.stdout)).toMatchObject({ rpc: { ok: true } });
    await using other = await createTestSite();
    const foreign = await site.openclaw(["gateway", "status", "--url", other.gateway.url, "--json"]);
    expect(JSON.parse(foreign.stdout).rpc.error).toContain(
      "gateway url override requires explicit credentials",
    );
    const allowed = ["gateway", "status", "--url", other.gateway.url, "--token", TOKEN, "--json"];
    expect(JSON.parse((await site.openclaw(allowed)).stdout)).toMatchObject({ rpc: { ok: true } });
  });

  test("names a foreign service at the port", async () => {
    const server = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using home = await createTestHome();
    await home.configure(configFor(port));
    const { stderr } = await home.openclaw(["gateway", "status"]);
    expect(stderr).toContain("Unexpected server response: 200");
    expect(stderr).toContain(`Port ${port} is already in use.`);
    server.close();
  });

  test("probes the port given by --port, also when given to `gateway`", async () => {
    await using site = await createTestSite();
    await using down = await createDownSite();
    const port = String(site.gateway.port);
    for (const words of [
      ["gateway", "status", "--port", port],
      ["gateway", "--port", port, "status"],
    ]) {
      expect((await down.openclaw(words)).stdout).toContain("RPC probe: ok");
    }
  });

  test("shows what is wrong with the configuration and where its service is", async () => {
    await using home = await createTestHome();
    await home.configure('{ gateway: { port: "many" } }');
    await mkdir(join(home.home, ".config/systemd/user"), { recursive: true });
    const unit = join(home.home, ".config/systemd/user/openclaw-gateway.service");
    await writeFile(unit, "[Service]\nExecStart=/usr/bin/node /x gateway\n");
    // The link that enabling makes tells where systemd itself cannot be asked.
    await mkdir(join(home.home, ".config/systemd/user/default.target.wants"));
    await symlink(
      unit,
      join(home.home, ".config/systemd/user/default.target.wants/openclaw-gateway.service"),
    );
    const { stdout, stderr } = await home.openclaw(["gateway", "status", "--no-probe"]);
    expect(stdout).toContain("Service: systemd (enabled)");
    expect(stdout).toContain("Config (cli): ~/.openclaw/openclaw.json (invalid)");
    expect(stderr).toContain("Config issue: gateway.port: ");
  });

  test("finds the gateway that runs without the file, when the file cannot be used", async () => {
    await using site = await createTestSite();
    const folder = join(site.home, ".openclaw");
    const configPath = join(folder, "openclaw.json");
    const status = async (claim: object) => {
      await writeFile(join(folder, "gateway.lock"), JSON.stringify({ port: site.gateway.port, ...claim }));
      const { stdout } = await site.openclaw(["gateway", "status", "--json", "--token", TOKEN]);
      return (JSON.parse(stdout) as { readonly rpc: { readonly ok: boolean; readonly url: string } }).rpc;
    };
    await writeFile(configPath, "{ gateway: {");
    expect(await status({ configPath })).toMatchObject({ ok: true, url: site.gateway.url });
    expect(await status({ configPath: "/another/openclaw.json" })).not.toMatchObject({
      url: site.gateway.url,
    });
  });

  test("without a configuration file says that it is missing", async () => {
    await using home = await createTestHome();
    expect((await home.openclaw(["gateway", "status", "--no-probe"])).stdout).toContain(
      "openclaw.json (missing)",
    );
  });
});
