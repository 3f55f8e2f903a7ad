import { describe, expect, test } from "vitest";
import { runWords, startFix } from "./start-fixes.ts";

describe("startFix", () => {
  test("changes the setting that is in the way", () => {
    expect(startFix("start-blocked")).toBe("config set gateway.mode local");
    expect(startFix("bind-without-auth", { port: "1" })).toBe("config set gateway.bind loopback");
  });

  test("changes the flag where a flag is in the way, and keeps the others", () => {
    const flags = { port: "18789", bind: "lan", token: "changeme" };
    expect(startFix("bind-without-auth", flags)).toBe("gateway --port 18789 --bind loopback");
    expect(startFix("password-missing", { auth: "password", allowUnconfigured: true })).toBe(
      "gateway --auth token --allow-unconfigured",
    );
  });

  test("knows nothing where no one line helps", () => {
    expect(startFix("tls-unusable")).toBeUndefined();
  });
});

test("runWords repeats what was typed, but for secrets", () => {
  expect(runWords({})).toBe("gateway");
  expect(runWords({ port: 7, token: "t", password: "p" })).toBe("gateway --port 7");
});
