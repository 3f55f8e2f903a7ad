import { describe, expect, test } from "vitest";
import { serviceNames } from "./service-names.ts";

describe("serviceNames", () => {
  test.each([
    [{}, "openclaw-gateway.service", "ai.openclaw.gateway", "OpenClaw Gateway"],
    [
      { OPENCLAW_PROFILE: " Default " },
      "openclaw-gateway.service",
      "ai.openclaw.gateway",
      "OpenClaw Gateway",
    ],
    [
      { OPENCLAW_PROFILE: "rescue" },
      "openclaw-gateway-rescue.service",
      "ai.openclaw.rescue",
      "OpenClaw Gateway (rescue)",
    ],
    [
      { OPENCLAW_SYSTEMD_UNIT: "mine", OPENCLAW_LAUNCHD_LABEL: "com.me", OPENCLAW_WINDOWS_TASK_NAME: "Mine" },
      "mine.service",
      "com.me",
      "Mine",
    ],
    [{ OPENCLAW_SYSTEMD_UNIT: "mine.service" }, "mine.service", "ai.openclaw.gateway", "OpenClaw Gateway"],
  ])("names the service of %j", (env, systemdUnit, launchdLabel, windowsTask) => {
    expect(serviceNames(env)).toMatchObject({ systemdUnit, launchdLabel, windowsTask });
  });

  test.each([
    [{}, undefined, "OpenClaw Gateway"],
    [{}, "1.2.3", "OpenClaw Gateway (v1.2.3)"],
    [{ OPENCLAW_PROFILE: "rescue" }, undefined, "OpenClaw Gateway (profile: rescue)"],
    [{ OPENCLAW_PROFILE: "rescue" }, "1.2.3", "OpenClaw Gateway (profile: rescue, v1.2.3)"],
  ])("describes %j, release %j", (env, version, description) => {
    expect(serviceNames(env, version).description).toBe(description);
  });

  test.each(["../../etc/x", "a/b", "a\nb", ".hidden", "a b"])(
    "T-SVC-03 refuses %j as a unit, which would be another file",
    (name) => {
      expect(() => serviceNames({ OPENCLAW_SYSTEMD_UNIT: name })).toThrow(/no name for a systemd unit/);
    },
  );
});
