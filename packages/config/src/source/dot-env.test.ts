import { describe, expect, test } from "vitest";
import { completeEnv, mayProvide, parseDotEnv } from "./dot-env.ts";

describe("parseDotEnv", () => {
  test("reads assignments, quotes, comments and several lines", () => {
    const text = [
      "# heading",
      "A=1",
      "export B = two words  # note",
      "C='single # kept \\n'",
      'D="line\\nbreak \\"q\\""',
      'E="first',
      'second"',
      "F=",
      "not an assignment",
      "G=`back`",
      "",
    ].join("\r\n");
    expect(parseDotEnv(text)).toEqual({
      A: "1",
      B: "two words",
      C: "single # kept \\n",
      D: 'line\nbreak "q"',
      E: "first\nsecond",
      F: "",
      G: "back",
    });
  });

  test("keeps values that only look quoted", () => {
    expect(parseDotEnv("A=it's\nB=\"open\nC='x'y")).toMatchObject({ A: "it's", C: "'x'y" });
  });
});

describe("mayProvide", () => {
  test.each([
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "NODE_OPTIONS",
    "BASH_ENV",
    "HOME",
    "BASH_FUNC_x",
    "bad-name",
  ])("T-CFG-11 lets nobody set %s", (name) => {
    expect(
      (["working-dir", "state-dir", "config"] as const).filter((origin) => mayProvide(origin, name)),
    ).toEqual([]);
  });

  test.each([
    "OPENCLAW_STATE_DIR",
    "OPENCLAW_GATEWAY_TOKEN",
    "CLAWDBOT_GATEWAY_PASSWORD",
    "OPENAI_API_KEY",
    "TELEGRAM_BOT_TOKEN",
    "HTTPS_PROXY",
    "no_proxy",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "PATH",
    "DB_AUTH",
  ])("T-CFG-11 does not take %s from the working directory", (name) => {
    expect(mayProvide("working-dir", name)).toBe(false);
    expect(mayProvide("state-dir", name)).toBe(true);
  });

  test("T-CFG-11 takes credentials of others, but nothing of the gateway's own, from the configuration", () => {
    expect(mayProvide("config", "OPENAI_API_KEY")).toBe(true);
    expect(mayProvide("config", "OPENCLAW_GATEWAY_TOKEN")).toBe(false);
  });

  test("takes ordinary variables from the working directory", () => {
    expect(["TZ", "LLM_BASE", "AUTHOR"].every((name) => mayProvide("working-dir", name))).toBe(true);
  });
});

describe("completeEnv", () => {
  test("adds what is unset or blank and never overrides", () => {
    expect(completeEnv({ A: "1", B: " " }, { A: "x", B: "y", C: "z", D: "" }, "state-dir")).toEqual({
      A: "1",
      B: "y",
      C: "z",
    });
  });
});
