import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { childListener, type FakeAnswer, type FakeTools, fakeTools } from "@openclaw/service/testing";
import { describe, expect, test } from "vitest";

import {
  type CommandResult,
  createTestHome,
  type ProcessFacts,
  type TestHome,
} from "../../testing/command-line.ts";
import { configFor, freePort, TOKEN } from "../../testing/gateway.ts";

const UNIT = "openclaw-gateway.service";
const ENABLED: Readonly<Record<string, FakeAnswer>> = {
  "is-enabled": { stdout: "enabled\n" },
  show: {
    stdout: "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4242\nUnitFileState=enabled\n",
  },
};
const DISABLED: Readonly<Record<string, FakeAnswer>> = {
  "is-enabled": { stdout: "disabled\n", code: 1 },
  show: { stdout: "LoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0\n" },
};

interface Site extends AsyncDisposable {
  readonly home: TestHome;
  readonly tools: FakeTools;
  readonly unitPath: string;
  type(words: readonly string[], facts?: ProcessFacts): Promise<CommandResult>;
  config(): Promise<{ gateway: { auth: Record<string, string>; mode?: string } }>;
}

/** A home with a systemd that answers as told. */
async function siteWith(systemctl: Readonly<Record<string, FakeAnswer>>, profile = ""): Promise<Site> {
  const home = await createTestHome();
  const tools = await fakeTools();
  await tools.add("systemctl", systemctl);
  await tools.add("systemd-notify");
  const entryPath = join(home.home, "bin-openclaw");
  await writeFile(entryPath, "");
  const state = join(home.home, profile === "" ? ".openclaw" : `.openclaw-${profile}`);
  return {
    home,
    tools,
    unitPath: join(home.home, ".config/systemd/user", UNIT),
    type: (words, facts = {}) => home.openclaw(words, { tools: tools.folder, entryPath, ...facts }),
    config: async () => JSON.parse(await readFile(join(state, "openclaw.json"), "utf8")),
    [Symbol.asyncDispose]: async () => {
      await tools[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

const SERVICE = { label: "systemd", loadedText: "enabled", notLoadedText: "disabled" };

describe("gateway install", () => {
  test("writes a unit for this profile and this installation, and tells each step with its undo", async () => {
    await using site = await siteWith(DISABLED, "rescue");
    const port = await freePort();
    const words = ["--profile", "rescue", "gateway", "install", "--port", String(port), "--json"];
    const { code, stdout } = await site.type(words);
    const unit = join(site.home.home, ".config/systemd/user/openclaw-gateway-rescue.service");
    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      action: "install",
      ok: true,
      result: "installed",
      service: { ...SERVICE, loaded: false },
      warnings: [
        "First start: wrote ~/.openclaw-rescue/openclaw.json with gateway.mode=local.",
        "No gateway token found. Auto-generated one and saving to config.",
      ],
      steps: [
        { text: `Installed systemd service: ${unit}`, undo: `rm ${unit}` },
        { text: expect.any(String), undo: "systemctl --user disable openclaw-gateway-rescue.service" },
        { text: expect.any(String), undo: "systemctl --user stop openclaw-gateway-rescue.service" },
      ],
    });
    const text = await readFile(unit, "utf8");
    expect(text).toContain(`bin-openclaw gateway --port ${port}\n`);
    expect(text).toContain(`Environment=OPENCLAW_STATE_DIR=${site.home.home}/.openclaw-rescue\n`);
    const { gateway } = await site.config();
    expect(gateway).toMatchObject({
      mode: "local",
      auth: { token: expect.stringMatching(/^[0-9a-f]{48}$/) },
    });
    expect(text).not.toContain(gateway.auth["token"]);
  });

  test.each([
    ["a flag", ["--token", "token-of-a-flag-0001"], {}, "token-of-a-flag-0001"],
    [
      "a variable of the shell",
      [],
      { OPENCLAW_GATEWAY_TOKEN: "token-of-a-shell-0001" },
      "token-of-a-shell-0001",
    ],
  ])(
    "T-LOG-06 saves a token out of %s to the configuration, not to the unit",
    async (_what, words, env, token) => {
      await using site = await siteWith(DISABLED);
      const port = String(await freePort());
      const { code, stdout } = await site.type(["gateway", "install", "--port", port, ...words], { env });
      expect(code).toBe(0);
      expect(stdout).toContain(
        "Saved the gateway token to config (gateway.auth.token), where the service finds it.",
      );
      expect((await site.config()).gateway.auth).toMatchObject({ mode: "token", token });
      expect(await readFile(site.unitPath, "utf8")).not.toContain(token);
      const journal = await readFile(join(site.home.home, ".openclaw/logs/config-audit.jsonl"), "utf8");
      expect(journal).not.toContain(token);
    },
  );

  test("does nothing twice, and says how it could", async () => {
    await using site = await siteWith(ENABLED);
    await site.home.configure(configFor(await freePort()));
    const text = await site.type(["gateway", "install"]);
    expect(text).toEqual({
      code: 0,
      stdout: "Gateway service already enabled.\nReinstall with: openclaw gateway install --force\n",
      stderr: "",
    });
    const { stdout } = await site.type(["gateway", "install", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      result: "already-installed",
      service: { ...SERVICE, loaded: true },
    });
    await expect(stat(site.unitPath)).rejects.toThrow("ENOENT");
  });

  test.each([
    [["--port", "many"], {}, "Invalid port", []],
    [["--runtime", "deno"], {}, 'Invalid --runtime (use "node")', []],
    [[], { OPENCLAW_NIX_MODE: "1" }, "Nix mode detected; service install is disabled.", []],
    [[], { OPENCLAW_SYSTEMD_UNIT: "../evil" }, '"../evil.service" is no name for a systemd unit', ["unset"]],
  ])("refuses %j with %j and writes nothing", async (words, env, message, tips) => {
    await using site = await siteWith(DISABLED);
    await site.home.configure(configFor(await freePort()));
    const { code, stdout, stderr } = await site.type(["gateway", "install", ...words], { env });
    expect(code).toBe(1);
    expect(stderr).toContain(`Gateway install failed: ${message}`);
    for (const tip of tips) expect(stdout).toContain(`Tip: ${tip}`);
    const json = await site.type(["gateway", "install", ...words, "--json"], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      action: "install",
      ok: false,
      error: expect.stringContaining(message),
    });
    expect(json.code).toBe(1);
    await expect(stat(site.unitPath)).rejects.toThrow("ENOENT");
  });

  test.each([
    ["darwin", "macOS yet"],
    ["win32", "Windows yet"],
    ["freebsd", "freebsd"],
  ] as const)("says on %s that it cannot, before anything is written", async (platform, name) => {
    await using site = await siteWith(DISABLED);
    const { code, stdout, stderr } = await site.type(["gateway", "install"], { platform });
    expect(code).toBe(1);
    expect(stderr).toContain(`Gateway service install not supported on ${name}`);
    expect(stdout).toContain(
      "Tip: run it in the foreground, or under a supervisor of your own: openclaw gateway",
    );
    await expect(stat(join(site.home.home, ".openclaw/openclaw.json"))).rejects.toThrow("ENOENT");
    const status = await site.type(["gateway", "status", "--no-probe"], { platform });
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining("Runtime: stopped")]);
  });

  test("names who holds the port before it writes anything", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using site = await siteWith(DISABLED);
    const { code, stderr } = await site.type(["gateway", "install", "--port", String(port)]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} is already in use by pid ${process.pid} `);
    await expect(stat(site.unitPath)).rejects.toThrow("ENOENT");
  });

  test("warns of a configuration the service would not start with, and of a user without lingering", async () => {
    await using site = await siteWith(DISABLED);
    await site.home.configure({ gateway: { port: await freePort(), auth: { mode: "token", token: TOKEN } } });
    await site.tools.add("loginctl", { "show-user": { stdout: "Linger=no\n" } });
    const { stdout } = await site.type(["gateway", "install"], { env: { USER: "me" } });
    expect(stdout).toContain("gateway.mode is unset: the service will not start.");
    expect(stdout).toContain("Systemd lingering is disabled for me");
    expect(stdout).toContain("Run: sudo loginctl enable-linger me");
  });

  test("tells the steps that were made when a later one fails", async () => {
    await using site = await siteWith({ ...DISABLED, enable: { code: 1, stderr: "Access denied" } });
    await site.home.configure(configFor(await freePort()));
    const { code, stdout, stderr } = await site.type(["gateway", "install"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "Gateway install failed: systemctl enable failed: Access denied\n",
    });
    expect(stdout).toContain(`Installed systemd service: ${site.unitPath}\n  Undo: rm ${site.unitPath}\n`);
  });
});

describe.each(["gateway", "daemon"])("%s start, stop, restart, uninstall", (group) => {
  test.each(["start", "restart"])("%s of no service says how to get one, and is no failure", async (verb) => {
    await using site = await siteWith(DISABLED);
    const hints = ["openclaw gateway install", "openclaw gateway", `systemctl --user start ${UNIT}`];
    const { stdout } = await site.type([group, verb, "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      action: verb,
      ok: true,
      result: "not-loaded",
      message: "Gateway service disabled.",
      hints,
      service: { ...SERVICE, loaded: false },
    });
    expect(await site.type([group, verb])).toEqual({
      code: 0,
      stdout: ["Gateway service disabled.", ...hints.map((hint) => `Start with: ${hint}`), ""].join("\n"),
      stderr: "",
    });
  });

  test("stop of no service stops nothing", async () => {
    await using site = await siteWith(DISABLED);
    expect(await site.type([group, "stop"])).toEqual({
      code: 0,
      stdout: "Gateway service disabled.\n",
      stderr: "",
    });
    expect((await site.tools.calls()).join("\n")).not.toMatch(/ stop /);
  });

  test.skipIf(process.platform !== "linux")(
    "stop of no service leaves alone a gateway that was started by hand, and says how that ends",
    async () => {
      await using site = await siteWith(DISABLED);
      await using gateway = await childListener();
      const { pid, port } = gateway;
      await site.home.configure(configFor(port));
      const stop = () => site.type([group, "stop"]);
      expect((await stop()).stdout).toBe("Gateway service disabled.\n");
      await writeFile(join(site.home.home, ".openclaw/gateway.lock"), JSON.stringify({ pid, port }));
      expect((await stop()).stdout).toBe(
        `Gateway service disabled.\nTip: the gateway on port ${port} was started by hand; end it where it runs, or: kill ${pid}\n`,
      );
      expect(process.kill(pid, 0)).toBe(true);
      // The lock of one that has gone says nothing about who listens now.
      await writeFile(join(site.home.home, ".openclaw/gateway.lock"), JSON.stringify({ pid: 1, port }));
      expect((await stop()).stdout).toBe("Gateway service disabled.\n");
    },
  );

  test("uninstall of no service says where there is none", async () => {
    await using site = await siteWith(DISABLED);
    expect(await site.type([group, "uninstall"])).toEqual({
      code: 0,
      stdout: `Systemd service not found at ${site.unitPath}\n`,
      stderr: "",
    });
  });

  test("a manager that cannot be reached is a failure with its remedy", async () => {
    const stderr = "Failed to connect to bus: No medium found";
    await using site = await siteWith({ status: { code: 1, stderr } });
    const result = await site.type([group, "restart", "--json"], { env: { USER: "me" } });
    expect({ code: result.code, ...JSON.parse(result.stdout) }).toMatchObject({
      code: 1,
      action: "restart",
      ok: false,
      error: `Gateway service check failed: systemctl --user unavailable: ${stderr}`,
      hints: ["keep a manager for this user running: sudo loginctl enable-linger me", expect.any(String)],
    });
  });

  test("a stop that leaves the port taken is told as what it is", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using site = await siteWith({ ...ENABLED, show: { stdout: "ActiveState=inactive\n" } });
    await site.home.configure(configFor(port));
    const { code, stderr } = await site.type([group, "stop"]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Gateway stop failed: ${UNIT} is stopped, but process ${process.pid} listens on its port.\n`,
    );
  });
});

describe("gateway status of a service", () => {
  async function withUnit(site: Site, text: string): Promise<void> {
    await mkdir(join(site.unitPath, ".."), { recursive: true });
    await writeFile(site.unitPath, text);
  }

  test("shows what is on file without its secrets", async () => {
    await using site = await siteWith(ENABLED);
    const port = await freePort();
    await site.home.configure(configFor(port));
    await withUnit(
      site,
      `[Service]\nExecStart=/usr/bin/node /x gateway --port ${port}\nEnvironment=OPENCLAW_GATEWAY_TOKEN=secret-0001 OPENCLAW_PROFILE=p PATH=/bin\n`,
    );
    const { stdout } = await site.type(["gateway", "status", "--json", "--no-probe"]);
    expect(stdout).not.toContain("secret-0001");
    expect(JSON.parse(stdout)).toMatchObject({
      service: {
        loaded: true,
        command: {
          programArguments: ["/usr/bin/node", "/x", "gateway", "--port", String(port)],
          environment: { OPENCLAW_PROFILE: "p" },
          sourcePath: site.unitPath,
        },
        runtime: { status: "running", pid: 4242, state: "active" },
      },
    });
  });

  test("says that service and command read different configurations, by the service's own variables", async () => {
    await using site = await siteWith(ENABLED);
    await site.home.configure(configFor(await freePort()));
    await withUnit(
      site,
      "[Service]\nExecStart=/usr/bin/node /x gateway\nEnvironment=OPENCLAW_STATE_DIR=/srv/other\n",
    );
    const { stdout, stderr } = await site.type(["gateway", "status", "--no-probe"]);
    expect(stdout).toContain("Config (service): /srv/other/openclaw.json (missing)\n");
    expect(stderr).toContain("Root cause: CLI and service are using different config paths");
    expect(stderr).toContain("Fix: rerun `openclaw gateway install --force`");
  });

  test("names other services that look like gateways", async () => {
    await using site = await siteWith(ENABLED);
    await site.home.configure(configFor(await freePort()));
    await mkdir(join(site.unitPath, ".."), { recursive: true });
    const path = join(site.unitPath, "../clawdbot-gateway.service");
    await writeFile(path, "[Service]\nExecStart=/x\n");
    const { stdout } = await site.type(["gateway", "status", "--json", "--no-probe"]);
    expect(JSON.parse(stdout).extraServices).toMatchObject([
      { label: "clawdbot-gateway.service", scope: "user", marker: "clawdbot", legacy: true },
    ]);
    const { stderr } = await site.type(["gateway", "status", "--no-probe"]);
    expect(stderr).toContain("- clawdbot-gateway.service (user, unit: ");
    expect(stderr).toContain("Cleanup hint: systemctl --user disable --now clawdbot-gateway.service && rm ");
  });
});
