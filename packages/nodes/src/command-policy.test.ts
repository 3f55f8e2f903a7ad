import { describe, expect, test } from "vitest";
import { allowedCommands, platformName } from "./command-policy.ts";

const NOTHING = { allowCommands: [], denyCommands: [] };

describe("platformName", () => {
  test.each([
    ["ios 26.0", "ios"],
    ["Android 16", "android"],
    ["macos", "macos"],
    ["darwin", "macos"],
    ["win32", "windows"],
    ["linux", "linux"],
    ["plan9", "unknown"],
    ["", "unknown"],
  ])("takes %j for %s", (platform, name) => {
    expect(platformName({ platform })).toBe(name);
  });

  test("looks at the family only when the platform says nothing known", () => {
    expect(platformName({ platform: "custom", deviceFamily: "My iPhone" })).toBe("ios");
    expect(platformName({ platform: "linux", deviceFamily: "iPhone" })).toBe("linux");
  });
});

describe("allowedCommands", () => {
  test("gives each platform its base list", () => {
    expect([...allowedCommands({ platform: "linux" }, NOTHING)].sort()).toEqual([
      "browser.proxy",
      "system.notify",
      "system.run",
      "system.which",
    ]);
    const [ios, android, mac] = ["ios", "android", "mac"].map((platform) =>
      allowedCommands({ platform }, NOTHING),
    );
    expect([ios?.has("system.notify"), android?.has("system.notify")]).toEqual([true, false]);
    expect([ios?.has("system.run"), mac?.has("system.run")]).toEqual([false, true]);
    expect(allowedCommands({ platform: "?" }, NOTHING).has("canvas.present")).toBe(true);
  });

  test.each([
    "camera.snap",
    "camera.clip",
    "screen.record",
    "contacts.add",
    "calendar.add",
    "reminders.add",
    "sms.send",
  ])("allows %s only when it is named", (command) => {
    for (const platform of ["ios", "android", "mac", "linux", "windows", "?"]) {
      expect(allowedCommands({ platform }, NOTHING).has(command)).toBe(false);
      const named = { allowCommands: [command], denyCommands: [] };
      expect(allowedCommands({ platform }, named).has(command)).toBe(true);
    }
  });

  test("takes away what is denied, whatever else is said", () => {
    const policy = { allowCommands: ["lamp.on", "system.run"], denyCommands: ["lamp.on", "system.run"] };
    const allowed = allowedCommands({ platform: "linux" }, policy);
    expect([allowed.has("lamp.on"), allowed.has("system.run")]).toEqual([false, false]);
  });

  test("T-AZ-13 never allows what is for the gateway alone", () => {
    const policy = { allowCommands: ["system.execApprovals.set"], denyCommands: [] };
    expect(allowedCommands({ platform: "linux" }, policy).has("system.execApprovals.set")).toBe(false);
  });
});
