import { resolveGatewaySettings } from "@openclaw/config";
import { describe, expect, test } from "vitest";
import { livePolicy } from "./policy.ts";

function settingsWith(token: string) {
  const resolution = resolveGatewaySettings({
    config: { gateway: { mode: "local", auth: { token } } },
    env: {},
    paths: { auditPath: "/audit", stateDir: "/state" },
  });
  if (!resolution.ok) throw new Error(resolution.failure.lines[0]);
  return resolution.settings;
}

describe("livePolicy", () => {
  test("is the same object until settings or address change", () => {
    let settings = settingsWith("first");
    let address = { port: 0, hosts: ["127.0.0.1"] };
    const policy = livePolicy(
      () => settings,
      () => ({ ...address, hosts: [...address.hosts] }),
    );
    const first = policy();
    expect(policy()).toBe(first);
    address = { port: 18_789, hosts: ["127.0.0.1"] };
    expect(policy()).toMatchObject({ port: 18_789, token: "first", tokens: [] });
    const second = policy();
    settings = settingsWith("second");
    expect(policy()).toMatchObject({ token: "second" });
    expect(policy()).not.toBe(second);
  });
});
