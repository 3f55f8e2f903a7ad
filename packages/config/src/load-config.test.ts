import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Env } from "./environment.ts";
import { temporaryDir } from "./testing/temporary-dir.ts";
import { loadConfig } from "./load-config.ts";
import { resolvePaths } from "./paths.ts";

// A start must not pay for the syntax tree that only edits need.
vi.mock("@humanwhocodes/momoa", () => {
  throw new Error("loaded while reading");
});

const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: "/s" }, homeDir: "/h", cwd: "/w" });

/** Reads a configuration from memory. */
function load(text: string, options: { env?: Env; files?: Readonly<Record<string, string>> } = {}) {
  const files: Readonly<Record<string, string>> = { [paths.configPath]: text, ...options.files };
  const readFile = (path: string) => {
    const found = files[path];
    return found === undefined
      ? Promise.reject(Object.assign(new Error("none"), { code: "ENOENT" }))
      : Promise.resolve(found);
  };
  return loadConfig({ paths, env: options.env ?? {}, readFile });
}

describe("loadConfig", () => {
  test("answers a missing file with defaults", async () => {
    await using dir = await temporaryDir();
    const snapshot = await loadConfig({ paths: dir.paths, env: {} });
    expect(snapshot).toMatchObject({
      path: dir.paths.configPath,
      exists: false,
      valid: true,
      raw: null,
      parsed: {},
      resolved: {},
      hash: EMPTY_HASH,
      issues: [],
    });
    expect(snapshot.config.messages).toEqual({ ackReactionScope: "group-mentions" });
  });

  test("accepts a household's file that uses nearly every section", async () => {
    const text = await readFile(new URL("testing/household.json5", import.meta.url), "utf8");
    const env = {
      OPENCLAW_GATEWAY_TOKEN: "a",
      HOUSE_LLM_KEY: "b",
      TG_MAIN: "c",
      TG_TOOLS: "d",
      HOOK_TOKEN: "e",
    };
    const { issues, warnings, config } = await load(text, { env });
    expect({ issues, warnings }).toEqual({ issues: [], warnings: [] });
    expect(config.models?.providers?.["house"]?.baseUrl).toBe("http://127.0.0.1:9900/v1");
  });

  test("keeps the stages apart: raw, parsed, resolved, config", async () => {
    const text = "{ gateway: { auth: { token: '${T}' } }, agents: { defaults: { workspace: '~/w' } } }";
    const snapshot = await load(text, { env: { T: "secret" } });
    expect(snapshot).toMatchObject({
      exists: true,
      valid: true,
      raw: text,
      parsed: { gateway: { auth: { token: "${T}" } } },
      resolved: { gateway: { auth: { token: "secret" } }, agents: { defaults: { workspace: "~/w" } } },
      config: {
        gateway: { auth: { token: "secret" } },
        agents: { defaults: { workspace: "/h/w", maxConcurrent: 4 } },
      },
    });
    expect(snapshot.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("reports a syntax error with its line and an empty configuration", async () => {
    expect(await load("{\n  gateway: {\n")).toMatchObject({
      valid: false,
      config: {},
      resolved: {},
      issues: [
        { path: "", message: "JSON5 parse failed: SyntaxError: JSON5: invalid end of input at 3:1", line: 3 },
      ],
    });
  });

  test("reports schema issues with the lines of the keys", async () => {
    const { valid, config, parsed, issues } = await load(
      "{\n  gateway: {\n    port: 'x',\n    bogus: 1,\n  },\n}",
    );
    expect({ valid, config, parsed }).toEqual({
      valid: false,
      config: {},
      parsed: { gateway: { port: "x", bogus: 1 } },
    });
    expect(issues).toEqual([
      {
        path: "gateway.port",
        message: "Invalid input: expected number, received string",
        expected: "number",
        received: "string",
        line: 3,
      },
      { path: "gateway", message: 'Unrecognized key: "bogus"', line: 4 },
    ]);
  });

  test("T-CFG-12 reports at most a hundred of many mistakes, in little time", async () => {
    const { issues } = await load(`{ hooks: { presets: [${"1,".repeat(50_000)}] } }`);
    expect(issues).toHaveLength(101);
    expect(issues.at(-1)).toEqual({ path: "", message: "49900 more issues not shown" });
  });

  test("makes the whole file invalid for one missing variable", async () => {
    expect(await load("{\n gateway: { auth: { token: '${NOPE}' } } }")).toMatchObject({
      valid: false,
      config: {},
      issues: [
        {
          path: "gateway.auth.token",
          message: 'Missing env var "NOPE" referenced at config path: gateway.auth.token',
          line: 2,
        },
      ],
    });
  });

  test("keeps a variable a string, which a number key refuses", async () => {
    expect(await load("{ gateway: { port: '${P}' } }", { env: { P: "1" } })).toMatchObject({
      issues: [{ message: "Invalid input: expected number, received string" }],
    });
  });

  test("lets the env section feed variables of the same file, below the process environment", async () => {
    const text = "{ env: { vars: { A: '1', B: '${A}2' }, C: '3' }, ui: { assistant: { name: '${A}${C}' } } }";
    const snapshot = await load(text, { env: { C: "x" } });
    expect(snapshot.config.ui?.assistant?.name).toBe("1x");
    expect(snapshot.env).toEqual({ A: "1", B: "12", C: "x" });
  });

  test("T-CFG-11 warns about variables the env section may not set, and does not set them", async () => {
    const snapshot = await load("{ env: { LD_PRELOAD: '/x.so', vars: { OPENCLAW_STATE_DIR: '/y' } } }");
    expect(snapshot.valid).toBe(true);
    expect(snapshot.env).toEqual({});
    expect(snapshot.warnings.map(({ path }) => path)).toEqual(["env.LD_PRELOAD", "env.OPENCLAW_STATE_DIR"]);
  });

  test("T-CFG-11 reads .env of the working directory before that of the state folder, without gateway keys", async () => {
    const snapshot = await load("{}", {
      env: { A: "process" },
      files: {
        "/w/.env": "A=cwd\nB=cwd\nOPENCLAW_GATEWAY_TOKEN=evil\nLD_PRELOAD=/x.so",
        "/s/.env": "A=state\nB=state\nC=state\nOPENCLAW_GATEWAY_TOKEN=mine",
      },
    });
    expect(snapshot.env).toEqual({ A: "process", B: "cwd", C: "state", OPENCLAW_GATEWAY_TOKEN: "mine" });
  });

  test("does not touch the environment it was given", async () => {
    const env = { A: "1" };
    const snapshot = await load("{}", { env });
    expect(Object.isFrozen(env)).toBe(false);
    expect(snapshot.env).not.toBe(env);
  });

  test("merges included files before checking", async () => {
    await using dir = await temporaryDir();
    await mkdir(join(dir.path, "parts"));
    await writeFile(join(dir.path, "parts/gateway.json5"), "{ port: 20001, auth: { token: '${T}' } }");
    await writeFile(
      dir.paths.configPath,
      "{ gateway: { $include: './parts/gateway.json5', mode: 'local' } }",
    );
    const snapshot = await loadConfig({ paths: dir.paths, env: { T: "t" } });
    expect(snapshot.config.gateway).toEqual({ port: 20001, auth: { token: "t" }, mode: "local" });
    expect(snapshot.parsed).toEqual({ gateway: { $include: "./parts/gateway.json5", mode: "local" } });
  });

  test("reports a bad include at the root", async () => {
    expect(await load("{ a: { $include: '../x' } }")).toMatchObject({
      valid: false,
      issues: [{ path: "", message: "Include path escapes config directory: ../x (root: /s)" }],
    });
  });

  test("reports a file it may not read, with the way to repair it", async () => {
    const readFile = (path: string) =>
      Promise.reject(
        Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: "EACCES" }),
      );
    expect(await loadConfig({ paths, env: {}, readFile })).toMatchObject({
      exists: true,
      valid: false,
      raw: null,
      issues: [
        {
          path: "",
          message: `read failed: EACCES: permission denied, open '/s/openclaw.json'. Fix: sudo chown "$(whoami)" "/s/openclaw.json"`,
        },
      ],
    });
  });

  test("reports a folder in place of the file", async () => {
    await using dir = await temporaryDir();
    await mkdir(dir.paths.configPath);
    const { valid, issues } = await loadConfig({ paths: dir.paths, env: {} });
    expect({ valid, message: issues[0]?.message }).toEqual({
      valid: false,
      message: "read failed: not a regular file",
    });
  });

  test("freezes what it returns", async () => {
    const snapshot = await load("{ agents: { list: [{ id: 'a' }] } }");
    expect(Object.isFrozen(snapshot.config.agents?.list?.[0])).toBe(true);
  });
});
