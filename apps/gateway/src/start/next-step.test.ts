import { resolvePaths } from "@openclaw/config";
import { describe, expect, test } from "vitest";
import { takePortLine, type TypedStart, withNextStep } from "./next-step.ts";

const env = { HOME: "/h", OPENCLAW_CONFIG_PATH: "/h/.openclaw/a.json", OPENCLAW_STATE_DIR: "/h/.openclaw-a" };
const start: TypedStart = {
  paths: resolvePaths({ env, homeDir: "/h", cwd: "/h" }, () => false),
  env,
  flags: { port: "19001" },
};
const ours = "OPENCLAW_STATE_DIR=/h/.openclaw-a OPENCLAW_CONFIG_PATH=/h/.openclaw/a.json openclaw";

describe("withNextStep", () => {
  test("ends with the line that mends this very instance", () => {
    expect(withNextStep({ code: "start-blocked", exitCode: 78, lines: ["no", "hint"] }, start).lines).toEqual(
      ["no", "hint", `Next: ${ours} config set gateway.mode local`],
    );
  });

  test("prefers what the refusal itself knows", () => {
    const invalid = { exitCode: 78, lines: ["Invalid config"], fix: "config edit" } as const;
    expect(withNextStep(invalid, start).lines.at(-1)).toBe(`Next: ${ours} config edit`);
  });

  test("leaves alone what no one line mends", () => {
    const unknown = { exitCode: 78, lines: ["no"] } as const;
    const known = { code: "tls-unusable", exitCode: 78, lines: ["no"] } as const;
    expect([withNextStep(unknown, start), withNextStep(known, start)]).toEqual([unknown, known]);
  });
});

test("takePortLine repeats the start for one port, by force", () => {
  expect(takePortLine(start, 19_001)).toBe(`${ours} gateway --port 19001 --force`);
  expect(takePortLine({ ...start, flags: { bind: "lan", token: "t" } }, 7)).toBe(
    `${ours} gateway --port 7 --bind lan --force`,
  );
});
