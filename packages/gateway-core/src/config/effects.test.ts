import type { LoadedConfig } from "@openclaw/config";
import { describe, expect, test } from "vitest";
import { effectsOf } from "./effects.ts";

type Mode = "off" | "hot" | "restart" | "hybrid";
type Method = "config.set" | "config.apply" | "config.patch";

// Of a configuration only its reload mode decides here.
const withMode = (mode?: Mode) =>
  ({ config: { gateway: mode === undefined ? {} : { reload: { mode } } } }) as LoadedConfig;
const LIVE = "gateway.auth.token";
const OTHER = "ui.seamColor";

describe("effectsOf", () => {
  test.each<[Mode | undefined, Method, readonly string[], boolean]>([
    [undefined, "config.patch", [OTHER], true],
    [undefined, "config.set", [OTHER], true],
    [undefined, "config.patch", [LIVE], false],
    [undefined, "config.apply", [LIVE], true],
    ["hybrid", "config.patch", [LIVE, OTHER], true],
    ["restart", "config.patch", [LIVE], true],
    ["restart", "config.apply", [], false],
    ["hot", "config.apply", [OTHER], false],
    ["off", "config.apply", [OTHER], false],
  ])("in mode %s, %s of %j restarts: %s", (mode, method, changedPaths, isRestartDue) => {
    expect(effectsOf({ changedPaths, after: withMode(mode) }, method).isRestartDue).toBe(isRestartDue);
  });

  test("says which settings are in force already, and which wait", () => {
    const changed = { changedPaths: [LIVE, "gateway.auth.tokenless", OTHER] };
    const waiting = ["gateway.auth.tokenless", OTHER];
    expect(effectsOf({ ...changed, after: withMode() }, "config.patch")).toMatchObject({
      effects: { hot: [LIVE], restart: waiting, ignored: [] },
      waiting,
    });
    expect(effectsOf({ ...changed, after: withMode("off") }, "config.patch")).toMatchObject({
      effects: { hot: [LIVE], restart: [], ignored: waiting },
      waiting,
    });
  });
});
