import { describe, expect, test } from "vitest";
import type { Env } from "./environment.ts";
import { applyProfileFlags } from "./profile-flags.ts";

const apply = (argv: string[], env: Env = {}) => applyProfileFlags(argv, { env, homeDir: "/h", cwd: "/w" });

describe("applyProfileFlags", () => {
  test("moves state and configuration for --profile", () => {
    expect(apply(["--profile", "rescue", "gateway", "status"])).toEqual({
      ok: true,
      argv: ["gateway", "status"],
      env: {
        OPENCLAW_PROFILE: "rescue",
        OPENCLAW_STATE_DIR: "/h/.openclaw-rescue",
        OPENCLAW_CONFIG_PATH: "/h/.openclaw-rescue/openclaw.json",
      },
    });
  });

  test("gives --dev an isolated state and port 19001", () => {
    expect(apply(["--dev", "status"])).toMatchObject({
      argv: ["status"],
      env: {
        OPENCLAW_PROFILE: "dev",
        OPENCLAW_STATE_DIR: "/h/.openclaw-dev",
        OPENCLAW_GATEWAY_PORT: "19001",
      },
    });
  });

  test("keeps what the environment has set already", () => {
    const env = { OPENCLAW_STATE_DIR: "/s", OPENCLAW_GATEWAY_PORT: "7" };
    expect(apply(["--dev", "status"], env)).toMatchObject({
      env: { OPENCLAW_STATE_DIR: "/s", OPENCLAW_CONFIG_PATH: "/s/openclaw.json", OPENCLAW_GATEWAY_PORT: "7" },
    });
  });

  test("maps the default profile to the default folder", () => {
    expect(apply(["--profile=default", "status"])).toMatchObject({
      env: { OPENCLAW_STATE_DIR: "/h/.openclaw" },
    });
  });

  test("leaves flags behind the command word to the command", () => {
    expect(apply(["gateway", "--dev", "--profile", "x"])).toEqual({
      ok: true,
      argv: ["gateway", "--dev", "--profile", "x"],
      env: {},
    });
  });

  test("takes --no-color from anywhere but behind --", () => {
    expect(apply(["status", "--no-color"])).toMatchObject({
      argv: ["status"],
      env: { NO_COLOR: "1", FORCE_COLOR: "0" },
    });
    expect(apply(["status", "--", "--no-color"])).toMatchObject({
      argv: ["status", "--", "--no-color"],
      env: {},
    });
  });

  test("turns --log-level into a variable", () => {
    expect(apply(["--log-level=debug", "--json", "health"])).toMatchObject({
      argv: ["--json", "health"],
      env: { OPENCLAW_LOG_LEVEL: "debug" },
    });
  });

  test.each([
    [["--dev", "--profile", "a"], "Cannot combine --dev with --profile"],
    [["--profile"], "--profile requires a value"],
    [["--profile="], "--profile requires a value"],
    [["--profile", "--json"], "--profile requires a value"],
    [["--profile", "a/b", "status"], 'Invalid --profile (use letters, numbers, "_", "-" only)'],
    [["--profile", "../x", "status"], 'Invalid --profile (use letters, numbers, "_", "-" only)'],
    [["--log-level"], "--log-level requires a value"],
  ])("refuses %j", (argv, message) => {
    expect(apply(argv)).toEqual({ ok: false, message });
  });

  test("does not change the environment it was given", () => {
    const env = Object.freeze({ A: "1" });
    expect(apply(["--dev", "x"], env)).toMatchObject({ ok: true });
    expect(env).toEqual({ A: "1" });
  });
});
