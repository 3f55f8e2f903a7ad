import { describe, expect, test } from "vitest";
import type { Env } from "./environment.ts";
import { displayPath, expandHome, resolveHome, resolvePaths } from "./paths.ts";

const at = (env: Env) => ({ env, homeDir: "/home/os", cwd: "/work" });
const only = (...present: string[]) => {
  return (path: string) => present.includes(path);
};

describe("resolveHome", () => {
  test.each<[string, Env, string]>([
    ["prefers OPENCLAW_HOME", { OPENCLAW_HOME: "/srv/claw", HOME: "/home/a" }, "/srv/claw"],
    ["expands ~ in OPENCLAW_HOME against HOME", { OPENCLAW_HOME: "~/claw", HOME: "/home/a" }, "/home/a/claw"],
    [
      "takes blank variables as unset",
      { OPENCLAW_HOME: "  ", HOME: "", USERPROFILE: "/users/b" },
      "/users/b",
    ],
    ["falls back to the system's answer", {}, "/home/os"],
  ])("%s", (_title, env, home) => {
    expect(resolveHome(at(env))).toBe(home);
  });

  test("uses the working directory when nothing names a home", () => {
    expect(resolveHome({ env: {}, homeDir: "", cwd: "/work" })).toBe("/work");
  });
});

describe("resolvePaths", () => {
  test("puts a new installation into ~/.openclaw", () => {
    const paths = resolvePaths(at({}), only());
    expect(paths).toMatchObject({
      stateDir: "/home/os/.openclaw",
      configPath: "/home/os/.openclaw/openclaw.json",
      workspaceDir: "/home/os/.openclaw/workspace",
      isStateExplicit: false,
      storePath: "/home/os/.openclaw/gateway.sqlite",
      auditPath: "/home/os/.openclaw/logs/config-audit.jsonl",
      historyDir: "/home/os/.openclaw/config-history",
    });
    expect(paths.profile).toBeUndefined();
  });

  test.each<[string, Env, readonly string[], string, string]>([
    [
      "an old state folder that exists alone",
      {},
      ["/home/os/.clawdbot", "/home/os/.clawdbot/clawdbot.json"],
      "/home/os/.clawdbot",
      "/home/os/.clawdbot/clawdbot.json",
    ],
    [
      "the first configuration name that exists",
      {},
      ["/home/os/.openclaw", "/home/os/.openclaw/moltbot.json"],
      "/home/os/.openclaw",
      "/home/os/.openclaw/moltbot.json",
    ],
    [
      "OPENCLAW_CONFIG_PATH as it is, also when it is missing",
      { OPENCLAW_CONFIG_PATH: "~/a.json" },
      ["/home/os/.openclaw/openclaw.json"],
      "/home/os/.openclaw",
      "/home/os/a.json",
    ],
    [
      "relative variables from the working directory",
      { OPENCLAW_STATE_DIR: "state", OPENCLAW_CONFIG_PATH: "../b.json" },
      [],
      "/work/state",
      "/b.json",
    ],
    ["legacy variable names", { CLAWDBOT_STATE_DIR: "/s" }, [], "/s", "/s/openclaw.json"],
  ])("takes %s", (_title, env, present, stateDir, configPath) => {
    expect(resolvePaths(at(env), only(...present))).toMatchObject({ stateDir, configPath });
  });

  test("never falls back to another instance's file once a state folder is chosen", () => {
    const present = only("/home/os/.openclaw", "/home/os/.openclaw/openclaw.json");
    const paths = resolvePaths(at({ OPENCLAW_STATE_DIR: "~/.openclaw-b" }), present);
    expect(paths).toMatchObject({ configPath: "/home/os/.openclaw-b/openclaw.json", isStateExplicit: true });
  });

  test("gives a named profile its own workspace, and the default profile the usual one", () => {
    const workspace = (profile: string) =>
      resolvePaths(at({ OPENCLAW_PROFILE: profile }), only()).workspaceDir;
    expect(workspace("rescue")).toBe("/home/os/.openclaw/workspace-rescue");
    expect(workspace("Default")).toBe("/home/os/.openclaw/workspace");
  });

  test("does not move the state for a profile that only the environment names", () => {
    expect(resolvePaths(at({ OPENCLAW_PROFILE: "rescue" }), only()).stateDir).toBe("/home/os/.openclaw");
  });
});

describe("expandHome", () => {
  test.each([
    ["~", "/h"],
    ["~/x", "/h/x"],
    ["~other/x", "~other/x"],
    ["a/~", "a/~"],
  ])("turns %s into %s", (path, expanded) => {
    expect(expandHome(path, "/h")).toBe(expanded);
  });
});

describe("displayPath", () => {
  test("shortens paths below the home folder only", () => {
    expect(displayPath("/h/.openclaw/a", "/h")).toBe("~/.openclaw/a");
    expect(displayPath("/hx/a", "/h")).toBe("/hx/a");
  });
});
