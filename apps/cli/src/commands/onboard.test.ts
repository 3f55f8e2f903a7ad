import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { fakeTools } from "@openclaw/service/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { Onboarded } from "../onboarding/onboarded.ts";
import { createTestHome, type ProcessFacts, type TestHome } from "../testing/command-line.ts";
import { changedFiles, filesBelow } from "../testing/doctor.ts";
import { createTestSite, freePort, TOKEN } from "../testing/gateway.ts";

// Whether a gateway runs is seen with its code, which is read from the sources here.
vi.setConfig({ testTimeout: 60_000 });

const HERE = ["onboard", "--non-interactive", "--accept-risk"];

async function site() {
  const home = await createTestHome();
  const port = await freePort();
  const path = join(home.home, ".openclaw", "openclaw.json");
  return {
    ...home,
    port,
    path,
    onboard: (words: readonly string[], facts?: ProcessFacts) =>
      home.openclaw([...HERE, "--gateway-port", String(port), ...words], facts),
    config: async () => JSON.parse(await readFile(path, "utf8")) as Config,
    files: () => filesBelow(home.home),
  };
}

interface Config {
  readonly gateway: {
    readonly mode?: string;
    readonly port?: number;
    readonly bind?: string;
    readonly auth?: { readonly mode?: string; readonly token?: string; readonly password?: string };
    readonly remote?: { readonly url?: string; readonly token?: string };
    readonly controlUi?: { readonly allowedOrigins?: readonly string[] };
  };
  readonly agents?: { readonly defaults?: { readonly workspace?: string } };
}

describe("onboard", () => {
  test("writes what a first start needs in one edit, makes the folders, and says what comes next", async () => {
    await using own = await site();
    const { code, stdout } = await own.onboard([]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        "Wrote ~/.openclaw/openclaw.json: gateway.mode, gateway.port, gateway.auth.mode, gateway.auth.token",
        "No gateway token found. Generated one (gateway.auth.token).",
        "Workspace OK: ~/.openclaw/workspace",
        "Sessions OK: ~/.openclaw/gateway.sqlite",
        "Gateway not running.",
        "Next: openclaw gateway",
        "Next: openclaw gateway install\n",
      ].join("\n"),
    });
    expect(await own.config()).toEqual({
      gateway: {
        mode: "local",
        port: own.port,
        auth: { mode: "token", token: expect.stringMatching(/^[0-9a-f]{48}$/) },
      },
    });
    expect((await stat(join(own.home, ".openclaw/workspace"))).isDirectory()).toBe(true);
    expect((await stat(own.path)).mode & 0o777).toBe(0o600);
    expect([...(await own.files()).keys()]).not.toContain(".openclaw/openclaw.json.bak");
  });

  test("typed again it changes nothing on disk", async () => {
    await using own = await site();
    const words = ["--workspace", "work", "--gateway-bind", "lan", "--gateway-token", "a-token-of-mine-0001"];
    const first = JSON.parse((await own.onboard([...words, "--json"])).stdout) as Onboarded;
    expect(first).toMatchObject({ created: true, workspace: join(own.home, "work"), health: "not_running" });
    const before = await own.files();
    const again = JSON.parse((await own.onboard([...words, "--json"])).stdout) as Onboarded;
    expect(again).toMatchObject({ created: false, changedPaths: [], workspace: join(own.home, "work") });
    expect(changedFiles(before, await own.files())).toEqual([]);
  });

  test("keeps comments and whatever else the file says", async () => {
    await using own = await site();
    const written = '{\n  // mine\n  ui: { seamColor: "#112233" },\n  gateway: { port: 1234 }, // moves\n}\n';
    await own.configure(written);
    await own.onboard(["--skip-health"]);
    const text = await readFile(own.path, "utf8");
    expect(text).toContain('// mine\n  ui: { seamColor: "#112233" },');
    expect(text).toContain(`port: ${own.port}`);
    expect(text).toContain("// moves");
  });

  test("takes a token out of a variable for the one that is there", async () => {
    await using own = await site();
    await own.onboard([], { env: { OPENCLAW_GATEWAY_TOKEN: "a-token-of-the-shell-0001" } });
    expect((await own.config()).gateway.auth).toBeUndefined();
  });

  test("leaves a secret that the file takes out of a variable where it is", async () => {
    await using own = await site();
    await own.configure('{ gateway: { mode: "local", auth: { mode: "token", token: "${MINE}" } } }');
    const env = { MINE: "a-token-of-mine-0001" };
    const { stdout } = await own.onboard(["--gateway-token", env.MINE, "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ changedPaths: ["gateway.port"] });
    const text = await readFile(own.path, "utf8");
    expect(text).toContain('token: "${MINE}"');
    expect(text).not.toContain(env.MINE);
  });

  test("T-LOG-06 warns of secrets in arguments, and the journal of writes holds none", async () => {
    await using own = await site();
    const secret = "a-password-of-mine-0001";
    const { stdout, stderr } = await own.onboard(["--gateway-password", secret, "--json"]);
    const warning = "--gateway-password on the command line can be read by other users of this machine.";
    expect(JSON.parse(stdout)).toMatchObject({ warnings: [warning] });
    expect((await own.config()).gateway.auth).toEqual({ mode: "password", password: secret });
    const journal = await readFile(join(own.home, ".openclaw/logs/config-audit.jsonl"), "utf8");
    expect(stdout + stderr + journal).not.toContain(secret);
    expect((await own.onboard(["--gateway-password", secret])).stderr).toContain(`${warning}\n`);
  });

  test("with a bind that is wider opens the Control UI to this machine's browsers only, and says so", async () => {
    await using own = await site();
    const { stdout } = await own.onboard(["--gateway-bind", "lan"]);
    expect((await own.config()).gateway.controlUi).toEqual({
      allowedOrigins: [`http://localhost:${own.port}`, `http://127.0.0.1:${own.port}`],
    });
    expect(stdout).toContain("name other origins in gateway.controlUi.allowedOrigins.\n");
  });

  test.each([
    [["--mode", "both"], /^Invalid --mode \(use "local" or "remote"\)\n/],
    [["--gateway-port", "0"], /^Invalid --gateway-port \(use a number from 1 to 65535\)\n/],
    [["--gateway-port", "65536"], /^Invalid --gateway-port/],
    [["--gateway-bind", "wan"], /^Invalid --gateway-bind \(use "loopback", "lan", .*or "custom"\)\n/],
    [["--gateway-auth", "none"], /^Invalid --gateway-auth \(use "token" or "password"\)\n/],
    [["--gateway-token", "changeme"], /^--gateway-token is blank or a placeholder/],
    [
      ["--gateway-token", "a".repeat(24), "--gateway-password", "b".repeat(24)],
      /add --gateway-auth token or/,
    ],
    [["--gateway-auth", "password"], /no password is configured[^]*Next: add --gateway-password\n/],
    [["--gateway-bind", "custom"], /customBindHost\n.*set gateway\.customBindHost first/],
    [["--tailscale", "serve"], /^--tailscale serve is not supported yet/],
    [["--tailscale", "on"], /^Invalid --tailscale/],
    [["--daemon-runtime", "bun"], /^Invalid --daemon-runtime/],
    [["--install-daemon", "--skip-daemon"], /exclude each other/],
    [["--remote-token", "a".repeat(24)], /--remote-token is for a gateway elsewhere.*add --mode remote\n/],
    [["--mode", "remote"], /--gateway-port is for a gateway on this machine/],
  ])("refuses %j, and writes nothing", async (words, text) => {
    await using own = await site();
    const { code, stdout, stderr } = await own.onboard(words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(text);
    expect([...(await own.files()).keys()]).toEqual([]);
  });

  test.each([
    [[], /add --non-interactive\n/],
    [["--accept-risk"], /add --non-interactive\n/],
    [["--non-interactive"], /add --accept-risk\nAn agent acts with the rights of this account/],
    [["--json"], /add --accept-risk/],
  ])("asks nothing without a terminal: %j names the flag", async (words, text) => {
    await using own = await site();
    const { code, stdout, stderr } = await own.openclaw(["onboard", ...words]);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(text);
    expect([...(await own.files()).keys()]).toEqual([]);
  });

  test("refuses a configuration that cannot be read, one that others manage, and an address in clear text", async () => {
    await using own = await site();
    const nix = await own.onboard([], { env: { OPENCLAW_NIX_MODE: "1" } });
    expect(nix.stderr).toContain("managed from outside (OPENCLAW_NIX_MODE)");
    const insecure = ["--mode", "remote", "--remote-url", "ws://192.0.2.1:18789"];
    expect((await own.openclaw([...HERE, ...insecure])).stderr).toContain("SECURITY ERROR");
    expect([...(await own.files()).keys()]).toEqual([]);
    await own.configure("{ broken");
    expect((await own.onboard([])).stderr).toContain("Config invalid at ");
  });

  test("with --reset begins anew, also over a configuration that cannot be read", async () => {
    await using own = await site();
    await own.configure("{ broken");
    await writeFile(join(own.home, ".openclaw/gateway.sqlite"), "old");
    await mkdir(join(own.home, ".openclaw/workspace"));
    const { stdout } = await own.onboard(["--reset", "--json"]);
    const { moved, created } = JSON.parse(stdout) as Onboarded;
    expect(created).toBe(true);
    expect(moved.map(({ path }) => path)).toEqual(
      ["openclaw.json", "gateway.sqlite"].map((name) => join(own.home, ".openclaw", name)),
    );
    expect((await own.config()).gateway.mode).toBe("local");
  });

  test("of the dev profile begins with what that always has", async () => {
    await using own = await site();
    await own.openclaw(["--dev", ...HERE, "--skip-health"]);
    const config = JSON.parse(
      await readFile(join(own.home, ".openclaw-dev/openclaw.json"), "utf8"),
    ) as object;
    expect(config).toMatchObject({
      gateway: { mode: "local", auth: { mode: "token" }, http: { endpoints: {} } },
      agents: { list: [{ id: "dev" }] },
    });
  });
});

describe("onboard on a terminal", () => {
  const talk = (own: TestHome, answers: readonly string[], words: readonly string[] = ["onboard"]) =>
    own.openclaw(words, { stdinIsTerminal: true, answers });

  test("asks for what is open, keeps what Enter keeps, shows the change without secrets, and asks before it saves", async () => {
    await using own = await site();
    const answers = ["y", "", "many", String(own.port), "", "password", "a-password-0001", "", "n", ""];
    const { code, stdout, stderr } = await talk(own, answers);
    expect(code).toBe(0);
    expect(stderr).toContain("An agent acts with the rights of this account");
    expect(stderr).toContain("Invalid --gateway-port");
    expect(stdout).toContain('+ gateway.auth.password: "__OPENCLAW_REDACTED__"\n');
    expect(stdout).not.toContain("a-password-0001");
    expect(await own.config()).toEqual({
      gateway: { mode: "local", port: own.port, auth: { mode: "password", password: "a-password-0001" } },
    });
  });

  test.each([
    ["the risk", [""]],
    ["the change", ["y", "", "", "", "", "", "n", "no"]],
  ])("changes nothing when somebody does not take %s", async (_what, answers) => {
    await using own = await site();
    expect(await talk(own, answers)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Nothing was changed\.\n$/),
    });
    expect([...(await own.files()).keys()]).toEqual([]);
  });

  test("offers to keep the service when nobody is logged in, and says how it went", async () => {
    await using own = await site();
    await using tools = await fakeTools();
    await tools.add("systemctl", { "is-enabled": { stdout: "disabled\n", code: 1 } });
    await tools.add("systemd-notify");
    await tools.add("loginctl", { "show-user": { stdout: "Linger=no\n" }, "enable-linger": { code: 1 } });
    const facts = { stdinIsTerminal: true, tools: tools.folder, env: { USER: "me" }, uid: 7 };
    const words = ["onboard", "--accept-risk", "--gateway-port", String(own.port), "--skip-health"];
    const first = await own.openclaw(words, { ...facts, answers: ["", "", "", "", "y", "", "y"] });
    expect(first.stdout).toMatch(
      /Installed systemd service: [^]*\nRun manually: sudo loginctl enable-linger me\n/,
    );
    await tools.add("loginctl", { "show-user": { stdout: "Linger=no\n" }, "enable-linger": { code: 0 } });
    // What is installed is not asked for again.
    const again = await own.openclaw([...words, "--install-daemon"], {
      ...facts,
      answers: ["", "", "", "", "y"],
    });
    expect(again.stdout).toContain("Enabled systemd lingering for me.\n");
  });

  test("leads to a gateway elsewhere", async () => {
    await using own = await site();
    const answers = ["y", "remote", "wss://gateway.example", "a-token-of-there-0001", ""];
    await talk(own, answers, ["onboard", "--skip-health"]);
    expect(await own.config()).toEqual({
      gateway: {
        mode: "remote",
        remote: { url: "wss://gateway.example", token: "a-token-of-there-0001" },
      },
    });
  });
});

describe("configure", () => {
  test("changes what the flags name and nothing else", async () => {
    await using own = await site();
    await own.configure({ ui: { seamColor: "#112233" } });
    const { stdout } = await own.openclaw([
      ...["configure", "--non-interactive", "--json", "--gateway-port", String(own.port)],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      created: false,
      changedPaths: ["gateway.port"],
      mode: "local",
    });
    expect(await own.config()).toEqual({ ui: { seamColor: "#112233" }, gateway: { port: own.port } });
    expect([...(await own.files()).keys()]).not.toContain(".openclaw/workspace");
  });

  test("without anything to change writes nothing, also where there is nothing yet", async () => {
    await using own = await site();
    const words = ["configure", "--non-interactive", "--json"];
    expect(await own.openclaw(words)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"hint": "openclaw onboard"'),
    });
    expect([...(await own.files()).keys()]).toEqual([]);
    await own.configure({ gateway: { port: own.port } });
    const before = await own.files();
    const { code, stdout } = await own.openclaw(words);
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      created: false,
      changedPaths: [],
    });
    expect(changedFiles(before, await own.files())).toEqual([]);
  });
});

describe("setup", () => {
  test("with a flag of onboarding leads to a gateway elsewhere, without a look at it", async () => {
    await using own = await site();
    const words = ["--non-interactive", "--mode", "remote", "--remote-url", "wss://gateway.example"];
    const { code, stdout } = await own.openclaw([
      "setup",
      ...words,
      "--remote-token",
      "a".repeat(24),
      "--json",
    ]);
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({
      code: 0,
      mode: "remote",
      health: "skipped",
    });
    expect((await own.config()).gateway).toEqual({
      mode: "remote",
      remote: { url: "wss://gateway.example", token: "a".repeat(24) },
    });
  });

  test("with --wizard asks, which needs a terminal", async () => {
    await using own = await site();
    expect((await own.openclaw(["setup", "--wizard"])).stderr).toContain("add --non-interactive");
  });
});

describe("a gateway that is there", () => {
  let site: Awaited<ReturnType<typeof createTestSite>>;
  beforeAll(async () => {
    site = await createTestSite();
  });
  afterAll(() => site[Symbol.asyncDispose]());
  const again = (words: readonly string[], facts?: ProcessFacts) =>
    site.openclaw([...HERE, "--gateway-port", String(site.gateway.port), ...words], facts);

  test("is seen to be healthy", async () => {
    const { code, stdout } = await again([]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Gateway healthy at ws://127.0.0.1:${site.gateway.port}.\n`);
    expect(stdout).toContain("Next: openclaw status\nNext: openclaw dashboard\n");
    expect((await again(["--skip-ui"])).stdout).not.toContain("dashboard");
  });

  test("and lets nobody in fails at once, after the settings are saved; --skip-health does not look", async () => {
    const words = ["--gateway-token", "another-token-0001", "--json"];
    const refused = await again(words);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, error: { code: "unauthorized" } });
    expect(JSON.parse((await again([...words, "--skip-health"])).stdout)).toMatchObject({
      changedPaths: [],
      health: "skipped",
    });
    await again(["--gateway-token", TOKEN, "--skip-health"]);
  });

  test("elsewhere is asked there", async () => {
    await using own = await createTestHome();
    const remote = ["--mode", "remote", "--remote-url", `ws://127.0.0.1:${site.gateway.port}`];
    const { stdout } = await own.openclaw([...HERE, ...remote, "--remote-token", TOKEN, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ mode: "remote", health: "healthy", workspace: null });
    const nobody = ["--mode", "remote", "--remote-url", `ws://127.0.0.1:${await freePort()}`, "--json"];
    const { code, stdout: failed } = await own.openclaw([...HERE, ...nobody]);
    expect({ code, ...(JSON.parse(failed) as object) }).toMatchObject({
      code: 1,
      error: { code: "unreachable" },
    });
  });
});
