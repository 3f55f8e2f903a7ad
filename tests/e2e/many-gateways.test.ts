import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOfPage, type CommandBlock } from "../support/command-blocks.ts";
import { cli, collect, freePort, kill, root, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { instanceId } from "../support/instance-id.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

describe("a start that would share something with a running gateway", () => {
  let user: TemporaryUser;
  let port: number;
  let pid: number;
  const workspace = () => join(user.home, "work");

  const configure = async (name: string, agents: object) => {
    const folder = join(user.home, name);
    await mkdir(folder, { recursive: true });
    const path = join(folder, "openclaw.json");
    await writeFile(path, JSON.stringify({ gateway: { mode: "local" }, agents }));
    return path;
  };
  const placed = (name: string, config = join(user.home, name, "openclaw.json")) => ({
    OPENCLAW_STATE_DIR: join(user.home, name),
    OPENCLAW_CONFIG_PATH: config,
  });
  const start = async (env: Record<string, string>, at: number) => {
    const child = user.spawn(["gateway", "--port", String(at)], env);
    const output = collect(child);
    await Promise.race([waitFor(output, /listening on ws:\/\/[^]*log file: /), once(child, "exit")]);
    return { child, output };
  };

  beforeAll(async () => {
    user = await TemporaryUser.create();
    port = await freePort();
    await mkdir(workspace());
    await configure("one", { defaults: { workspace: workspace() } });
    const { child, output } = await start(placed("one"), port);
    expect(output.text).toContain("listening on");
    pid = child.pid ?? 0;
  });
  afterAll(() => user?.[Symbol.asyncDispose]());

  test("has its port: names who holds it, and where a port is set", async () => {
    await configure("port", {});
    const { code, stderr } = await user.openclaw(["gateway", "--port", String(port)], {
      env: placed("port"),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`- pid ${pid} `);
    expect(stderr).toContain("another port: --port, OPENCLAW_GATEWAY_PORT or gateway.port\n");
  });

  test.each<[string, () => Promise<Record<string, string>>, string, string]>([
    [
      "state folder",
      async () => placed("one", await configure("state", {})),
      "gateway already running (pid PID, port PORT)",
      "a state folder of its own: OPENCLAW_STATE_DIR, or a profile",
    ],
    [
      "configuration",
      () => Promise.resolve(placed("config", join(user.home, "one", "openclaw.json"))),
      "another gateway (pid PID, port PORT) uses the configuration",
      "OPENCLAW_CONFIG_PATH",
    ],
    [
      "default workspace",
      async () => placed("two", await configure("two", { defaults: { workspace: workspace() } })),
      "another gateway (pid PID, port PORT) uses the workspace",
      "Set agents.defaults.workspace to a folder of its own",
    ],
    [
      "workspace of one agent",
      async () => placed("three", await configure("three", { list: [{ id: "a", workspace: workspace() }] })),
      "another gateway (pid PID, port PORT) uses the workspace",
      "Set agents.list[0].workspace to a folder of its own",
    ],
  ])(
    "T-CFG-16 has its %s: names the gateway and the setting to change",
    async (_what, place, problem, fix) => {
      const before = await instanceId(port);
      const at = await freePort();
      const { code, stderr } = await user.openclaw(["gateway", "--port", String(at)], { env: await place() });
      expect(code).toBe(1);
      const named = problem.replace("PID", String(pid)).replace("PORT", String(port));
      expect(stderr).toContain(`Gateway failed to start: ${named}`);
      expect(stderr).toContain(fix);
      expect([await instanceId(at), await instanceId(port)]).toEqual([undefined, before]);
    },
  );

  test("later, by an edit: the edit is taken back, and both go on", async () => {
    const path = await configure("late", {});
    const at = await freePort();
    const { output } = await start(placed("late"), at);
    const own = await instanceId(at);
    await writeFile(
      path,
      JSON.stringify({ gateway: { mode: "local" }, agents: { defaults: { workspace: workspace() } } }),
    );
    await waitFor(output, /uses the workspace .*Set agents\.defaults\.workspace/);
    expect(await instanceId(at)).toBe(own);
  });
});

const obstacle = whyNoUserManager();
const title = `the recipes of docs/many-gateways.md${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

// The page is typed from top to bottom; its ports are free ones of this machine.
describe.skipIf(obstacle !== undefined)(title, () => {
  let user: ManagedUser;
  let blocks: readonly CommandBlock[];
  const ports = new Map<string, number>();
  const children: ChildProcess[] = [];

  const port = (written: string) => ports.get(written) ?? 0;
  const withPorts = (line: string) =>
    [...ports].reduce((text, [written, free]) => text.replaceAll(written, String(free)), line);
  const shell = (line: string) =>
    user.run("/bin/sh", "-c", `PATH=${user.home}/bin:$PATH; ${withPorts(line)}`);

  /** Types a block into one shell each line of which must succeed; a gateway in the foreground gets a shell of its own. */
  async function type(block: CommandBlock | undefined): Promise<string> {
    const said: string[] = [];
    let before = "";
    for (const line of block ?? []) {
      if (line.startsWith("export ")) before += `${line}; `;
      else if (/ gateway --port \d+$/.test(line)) await foreground(`${before}exec ${line}`);
      else {
        const { code, stdout, stderr } = await shell(`${before}${line}`);
        said.push(stdout, stderr);
        if (!MAY_FAIL.has(line)) expect({ line, code, stdout, stderr }).toMatchObject({ code: 0 });
      }
    }
    return said.join("");
  }

  async function foreground(line: string): Promise<void> {
    const child = spawn("/bin/sh", ["-c", withPorts(line)], {
      env: { ...user.environment, PATH: `${user.home}/bin:${user.environment["PATH"] ?? ""}` },
      cwd: user.home,
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    const output = collect(child);
    await Promise.race([waitFor(output, /log file: /), once(child, "exit")]);
    expect(output.text).toContain("listening on");
  }

  beforeAll(async () => {
    user = await ManagedUser.create();
    blocks = blocksOfPage(await readFile(join(root, "docs/many-gateways.md"), "utf8"));
    for (const written of ["18789", "19789", "20789"]) ports.set(written, await freePort());
    await mkdir(join(user.home, "bin"));
    const shim = `#!/bin/sh\nexec ${process.execPath} ${cli} "$@"\n`;
    await writeFile(join(user.home, "bin/openclaw"), shim, { mode: 0o755 });
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => kill(child, "SIGKILL")));
    await user?.[Symbol.asyncDispose]();
  });

  test("every block is one of those that are typed here", () => {
    expect(blocks.map((lines) => lines.length)).toEqual([2, 4, 5, 5, 1]);
  });

  test("gateways run side by side, each with a port, a state folder, a configuration and a workspace of its own", async () => {
    await type(blocks[0]);
    await type(blocks[1]);
    const written = ["18789", "19789", "20789"];
    const ids = await Promise.all(written.map((name) => instanceId(port(name))));
    expect(new Set(ids).size).toBe(3);
    const places = [".openclaw-one", ".openclaw-two", ".openclaw-a"].map((name) => join(user.home, name));
    for (const [index, place] of places.entries()) {
      const lock = JSON.parse(await readFile(join(place, "gateway.lock"), "utf8")) as Record<string, unknown>;
      expect(lock).toMatchObject({
        port: port(written[index] ?? ""),
        instanceId: ids[index],
        configPath: join(place, "openclaw.json"),
      });
      expect((await stat(join(place, "gateway.sqlite"))).isFile()).toBe(true);
    }
    const workspaces = await Promise.all(
      ["--profile one", "--profile two"].map(async (flag) => {
        const { stdout } = await shell(`openclaw ${flag} agents list --json`);
        return stdout;
      }),
    );
    expect(workspaces[0]).toContain("workspace-one");
    expect(workspaces[1]).toContain("workspace-two");
    // One ends, the other goes on.
    await Promise.all([children[0], children[2]].map((child) => child && kill(child, "SIGTERM")));
    expect(await instanceId(port("19789"))).toBe(ids[1]);
    if (children[1]) await kill(children[1], "SIGTERM");
  });

  test("the rescue profile stays up while the first gateway is broken, and the page mends that one", async () => {
    const first = [
      "setup",
      "config set gateway.mode local",
      "config set gateway.port 18789",
      "gateway install",
    ];
    for (const words of first) expect(await shell(`openclaw ${words}`)).toMatchObject({ code: 0 });
    await type(blocks[2]);
    const rescue = await instanceId(port("19789"));
    expect(rescue).toBeDefined();
    expect(await user.property("openclaw-gateway-rescue.service", "ActiveState")).toBe("active");

    const unit = "openclaw-gateway.service";
    await user.dropIn(unit, "[Service]\nRestartSec=200ms\n");
    await user.until("the first one answers", async () => (await instanceId(port("18789"))) !== undefined);
    await writeFile(join(user.home, ".openclaw/openclaw.json"), '{ "gateway": { "mode": ');
    process.kill(Number(await user.property(unit, "MainPID")), "SIGKILL");
    await user.until(
      "the first one is down",
      async () => (await user.property(unit, "ActiveState")) === "failed",
    );
    expect([await instanceId(port("18789")), await instanceId(port("19789"))]).toEqual([undefined, rescue]);

    expect(await type(blocks[3])).toContain("RPC probe: ok");
    expect(await instanceId(port("18789"))).toBeDefined();
    expect(await instanceId(port("19789"))).toBe(rescue);

    await type(blocks[4]);
    expect(await instanceId(port("19789"))).toBeUndefined();
    expect(await instanceId(port("18789"))).toBeDefined();
    await rm(join(user.home, ".openclaw"), { recursive: true, force: true });
  });
});

/** Lines that report on what is broken. */
const MAY_FAIL: ReadonlySet<string> = new Set(["openclaw gateway status"]);
