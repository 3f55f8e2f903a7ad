import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { ListedCommand } from "./command-tree.ts";
import { createTestHome, type ProcessFacts } from "./testing/command-line.ts";
import { createDownSite } from "./testing/gateway.ts";

async function openclaw(words: readonly string[], facts?: ProcessFacts) {
  await using home = await createTestHome();
  return await home.openclaw(words, facts);
}

describe("a command line nobody knows", () => {
  test.each([
    [["nosuchcommand"], "error: unknown command 'nosuchcommand'\n"],
    [["tui"], "error: unknown command 'tui'\n"],
    [["gateway", "status", "--bogus"], "error: unknown option '--bogus'\n"],
    [["gateway", "bogus"], "error: too many arguments for 'gateway'. Expected 0 arguments but got 1.\n"],
    [["health", "now"], "error: too many arguments for 'health'. Expected 0 arguments but got 1.\n"],
    [["gateway", "call"], "error: missing required argument 'method'\n"],
    [["agent"], "error: required option '-m, --message <text>' not specified\n"],
    [
      ["gateway", "status", "--require-rpc", "--no-probe"],
      "error: option '--require-rpc' cannot be used with option '--no-probe'\n",
    ],
  ])("%j: one line on stderr and exit code 1", async (words, stderr) => {
    expect(await openclaw(words)).toEqual({ code: 1, stdout: "", stderr });
  });
});

describe("a mistyped command line", () => {
  test.each([
    [["statsu"], "error: unknown command 'statsu'\n(Did you mean status?)\n"],
    [["channels", "statu"], "error: unknown command 'statu'\n(Did you mean status?)\n"],
    [["health", "--timout", "5"], "error: unknown option '--timout'\n(Did you mean --timeout?)\n"],
    [
      ["gateway", "helth"],
      "error: too many arguments for 'gateway'. Expected 0 arguments but got 1.\n(Did you mean gateway health?)\n",
    ],
  ])("%j: says what may have been meant, below the line scripts know", async (words, stderr) => {
    expect(await openclaw(words)).toEqual({ code: 1, stdout: "", stderr });
  });

  test("is a failure with code usage on stdout under --json", async () => {
    const { code, stdout, stderr } = await openclaw(["devices", "reject", "--json"]);
    expect([code, stderr]).toEqual([1, "error: missing required argument 'requestId'\n"]);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      error: { code: "usage", message: "missing required argument 'requestId'" },
    });
  });
});

describe("--help --json", () => {
  test("lists the tree of commands", async () => {
    const { code, stdout } = await openclaw(["--help", "--json"]);
    expect(code).toBe(0);
    const tree = JSON.parse(stdout) as ListedCommand;
    expect(tree).toMatchObject({ name: "openclaw", runs: false, words: [] });
    expect(tree.options.map(({ flags }) => flags)).toEqual([
      ...["--profile <name>", "--dev", "--log-level <level>", "--no-color", "-V, --version"],
    ]);
    const gateway = tree.subcommands.find(({ name }) => name === "openclaw gateway");
    expect(gateway).toMatchObject({ runs: true, summary: "run the gateway in the foreground" });
    expect(gateway?.subcommands.map(({ name }) => name)).toContain("openclaw gateway status");
    expect(tree.subcommands.find(({ name }) => name === "openclaw devices")?.runs).toBe(false);
  });

  test("lists a part of it, with words and what must be there", async () => {
    const { stdout } = await openclaw(["config", "set", "--json", "--help"]);
    expect(JSON.parse(stdout)).toMatchObject({
      name: "openclaw config set",
      runs: true,
      words: ["<path>", "<value>"],
      subcommands: [],
    });
    const agent = JSON.parse((await openclaw(["agent", "--help", "--json"])).stdout) as ListedCommand;
    expect(agent.options.filter(({ required }) => required).map(({ flags }) => flags)).toEqual([
      "-m, --message <text>",
    ]);
  });
});

describe("global flags", () => {
  test.each([
    [["--profile", "a/b", "status"], 'Invalid --profile (use letters, numbers, "_", "-" only)'],
    [["--profile"], "--profile requires a value"],
    [["--dev", "--profile", "x", "status"], "Cannot combine --dev with --profile"],
  ])("%j: the problem on stderr and exit code 2", async (words, message) => {
    expect(await openclaw(words)).toEqual({ code: 2, stdout: "", stderr: `[openclaw] ${message}\n` });
  });

  test("the version is printed bare, also behind a profile", async () => {
    expect(await openclaw(["--profile", "x", "--version"])).toEqual({
      code: 0,
      stdout: "2026.11.0\n",
      stderr: "",
    });
  });

  test.each([[["--help"]], [["-h"]], [[]]])("%j prints help with the release to stdout", async (words) => {
    const { code, stdout, stderr } = await openclaw(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("OpenClaw 2026.11.0");
    expect(stdout).toMatch(/\n {2}gateway .*\n/);
  });

  test("help of a command lists its options", async () => {
    const { code, stdout } = await openclaw(["gateway", "call", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--params <json>");
  });
});

describe("an invalid configuration file", () => {
  const text = '{ gateway: { port: "many", bogus: 1 } }';

  test("stops a command that relies on it, naming file and problems", async () => {
    await using home = await createTestHome();
    await home.configure(text);
    const { code, stdout, stderr } = await home.openclaw(["channels", "status"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Invalid config at .*openclaw\.json:\n/);
    expect(stderr).toContain("Config invalid\nFile: ~/.openclaw/openclaw.json\nProblem:\n");
    expect(stderr).toMatch(/ {2}- gateway\.port: /);
    expect(stderr).toMatch(/\nRun: openclaw doctor --fix\nNext: openclaw config edit\n$/);
  });

  test.each([
    ["{ broken", "doctor --fix"],
    ["{ gateway: { bogus: 1 } }", "doctor --fix"],
    [text, "config edit"],
  ])("ends with what mends %s in this very profile, in refusals and in warnings", async (written, fix) => {
    await using home = await createTestHome();
    await mkdir(join(home.home, ".openclaw-work"));
    await writeFile(join(home.home, ".openclaw-work/openclaw.json"), written);
    const ours = "openclaw --profile work";
    for (const words of [
      ["channels", "status"],
      ["gateway", "status", "--no-probe"],
    ]) {
      const { stderr } = await home.openclaw(["--profile", "work", ...words]);
      expect(stderr).toContain(`\nRun: ${ours} doctor --fix\nNext: ${ours} ${fix}\n`);
    }
    const { stdout } = await home.openclaw(["--profile", "work", "channels", "status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { hint: `${ours} ${fix}` } });
  });

  test("is an object with code config_invalid under --json", async () => {
    await using home = await createTestHome();
    await home.configure("{ broken");
    const { code, stdout } = await home.openclaw(["channels", "status", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "config_invalid" } });
  });

  test("comes before the start of a gateway, which would be refused", async () => {
    await using site = await createDownSite();
    await site.configure(text);
    const env = { OPENCLAW_GATEWAY_PORT: String(site.port) };
    const { stdout } = await site.openclaw(["health", "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "unreachable", hint: "mend the configuration first: openclaw config edit" },
    });
  });

  test("is a warning for reports, which go on with what is left and keep stdout clean", async () => {
    await using home = await createTestHome();
    await home.configure(text);
    const { code, stdout, stderr } = await home.openclaw(["gateway", "status", "--no-probe", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ config: { cli: { exists: true, valid: false } } });
    expect(stderr).toContain("Config invalid");
  });
});
