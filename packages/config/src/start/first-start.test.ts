import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDir } from "../testing/temporary-dir.ts";
import { loadConfig } from "../load-config.ts";
import { resolvePaths } from "../paths.ts";
import { devBootstrap } from "./dev-bootstrap.ts";
import { ensureFirstStart } from "./first-start.ts";
import { setupConfig } from "./setup.ts";

const writer = { pid: 1 };

/** Paths of an instance below a home folder of its own. */
async function home(env: Readonly<Record<string, string>> = {}) {
  const dir = await temporaryDir();
  const paths = resolvePaths({ env: { OPENCLAW_HOME: dir.path, ...env }, homeDir: dir.path, cwd: dir.path });
  const read = async (): Promise<unknown> => JSON.parse(await readFile(paths.configPath, "utf8"));
  return { ...dir, paths, read };
}

async function put(path: string, text = "x") {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

describe("ensureFirstStart", () => {
  test("writes a local configuration where there is nothing", async () => {
    await using at = await home();
    expect(await ensureFirstStart({ paths: at.paths, writer })).toEqual({
      created: true,
      lines: ["First start: wrote ~/.openclaw/openclaw.json with gateway.mode=local."],
    });
    expect(await at.read()).toEqual({ gateway: { mode: "local" } });
    expect((await stat(at.paths.stateDir)).mode & 0o777).toBe(0o700);
  });

  test("works with the runbook's several gateways on one host", async () => {
    await using at = await home({
      OPENCLAW_CONFIG_PATH: "~/.openclaw/a.json",
      OPENCLAW_STATE_DIR: "~/.openclaw-a",
    });
    await put(join(at.path, ".openclaw", "openclaw.json"), "{}");
    await put(join(at.path, ".openclaw", "gateway.sqlite"));
    expect((await ensureFirstStart({ paths: at.paths, writer })).created).toBe(true);
    expect(await readdir(join(at.path, ".openclaw"))).toContain("a.json");
  });

  test.each([
    "gateway.sqlite",
    "openclaw.json.bak",
    "openclaw.json.bak.3",
    "credentials/whatsapp.json",
    "agents/main/sessions/sessions.json",
    "logs/config-audit.jsonl",
  ])("takes a missing file beside %s for a lost one", async (name) => {
    await using at = await home();
    await put(join(at.paths.stateDir, name));
    expect(await ensureFirstStart({ paths: at.paths, writer })).toEqual({ created: false, lines: [] });
    expect(await readdir(at.paths.stateDir)).not.toContain("openclaw.json");
  });

  test("takes a mistyped path beside a configuration for a mistake", async () => {
    await using at = await home({ OPENCLAW_CONFIG_PATH: "~/.openclaw/opnclaw.json" });
    await put(join(at.paths.stateDir, "openclaw.json"), "{}");
    expect((await ensureFirstStart({ paths: at.paths, writer })).created).toBe(false);
  });

  test("is not confused by logs and the key of a client that came first", async () => {
    await using at = await home();
    await put(join(at.paths.stateDir, "identity", "device.json"));
    await put(join(at.paths.stateDir, "logs", "openclaw-2026-11-22.log"));
    expect((await ensureFirstStart({ paths: at.paths, writer })).created).toBe(true);
  });

  test("leaves an existing file alone", async () => {
    await using at = await home();
    await put(at.paths.configPath, '{"a":1}');
    expect((await ensureFirstStart({ paths: at.paths, writer })).created).toBe(false);
    expect(await at.read()).toEqual({ a: 1 });
  });
});

describe("devBootstrap", () => {
  const dev = { OPENCLAW_PROFILE: "dev", OPENCLAW_STATE_DIR: "~/.openclaw-dev" };

  test("writes a loopback gateway with agent dev and the HTTP routes", async () => {
    await using at = await home(dev);
    expect(await devBootstrap({ paths: at.paths, writer })).toEqual({
      created: true,
      lines: [
        "Dev config ready: ~/.openclaw-dev/openclaw.json",
        "Dev workspace ready: ~/.openclaw/workspace-dev",
      ],
    });
    const { valid, config } = await loadConfig({ paths: at.paths, env: {} });
    const workspace = join(at.path, ".openclaw/workspace-dev");
    expect(valid).toBe(true);
    expect(config).toMatchObject({
      gateway: {
        mode: "local",
        bind: "loopback",
        http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } },
      },
      agents: {
        defaults: { workspace, skipBootstrap: true },
        list: [{ id: "dev", default: true, workspace }],
      },
    });
    expect((await stat(workspace)).isDirectory()).toBe(true);
  });

  test("leaves the HTTP routes off outside the isolated profile", async () => {
    await using at = await home();
    await devBootstrap({ paths: at.paths, writer });
    expect(await at.read()).toMatchObject({ gateway: { mode: "local", bind: "loopback" } });
    expect(JSON.stringify(await at.read())).not.toContain("endpoints");
  });

  test("leaves an existing file alone", async () => {
    await using at = await home(dev);
    await put(at.paths.configPath, "{}");
    expect(await devBootstrap({ paths: at.paths, writer })).toEqual({ created: false, lines: [] });
  });
});

describe("setupConfig", () => {
  test("writes a file without gateway.mode, creates the folders, and says where", async () => {
    await using at = await home();
    expect(await setupConfig({ paths: at.paths, env: {}, writer })).toEqual({
      created: true,
      workspace: join(at.path, ".openclaw/workspace"),
      lines: [
        "Wrote ~/.openclaw/openclaw.json",
        "Workspace OK: ~/.openclaw/workspace",
        "Sessions OK: ~/.openclaw/gateway.sqlite",
      ],
    });
    expect(await at.read()).toEqual({
      agents: { defaults: { workspace: join(at.path, ".openclaw/workspace") } },
    });
    expect((await stat(at.paths.workspaceDir)).isDirectory()).toBe(true);
  });

  test("keeps an existing file, and its workspace", async () => {
    await using at = await home();
    await put(at.paths.configPath, '{"agents":{"defaults":{"workspace":"~/elsewhere"}}}');
    const { created, lines } = await setupConfig({ paths: at.paths, env: {}, writer });
    expect({ created, lines }).toMatchObject({
      created: false,
      lines: ["Config OK: ~/.openclaw/openclaw.json", "Workspace OK: ~/elsewhere", expect.any(String)],
    });
  });

  test("records the workspace it is given", async () => {
    await using at = await home();
    await put(at.paths.configPath, "{ /* kept */ }");
    await setupConfig({ paths: at.paths, env: {}, writer, workspace: "~/mine" });
    const text = await readFile(at.paths.configPath, "utf8");
    expect(text).toContain("/* kept */");
    expect(text).toContain(JSON.stringify(join(at.path, "mine")));
  });

  test("sets the dev profile up ready to start", async () => {
    await using at = await home({ OPENCLAW_PROFILE: "dev", OPENCLAW_STATE_DIR: "~/.openclaw-dev" });
    const { lines } = await setupConfig({ paths: at.paths, env: {}, writer });
    expect(lines.slice(0, 2)).toEqual([
      "Wrote ~/.openclaw-dev/openclaw.json",
      "Workspace OK: ~/.openclaw/workspace-dev",
    ]);
    expect(await at.read()).toMatchObject({ gateway: { mode: "local" } });
  });
});
