import { describe, expect, test } from "vitest";
import { type AnnouncedGateway, describeService, recordsOf } from "./service.ts";

const GATEWAY: AnnouncedGateway = {
  mode: "minimal",
  port: 18_789,
  id: "3fa9c2",
  machineName: "studio.example.org",
  cliPath: "/opt/of-ines/openclaw.js",
};

describe("describeService", () => {
  test("T-LOG-07: tells no path, no port but its own and no name of the machine unless it is asked to", () => {
    const service = describeService(GATEWAY, 1);
    expect(service).toEqual({
      instance: "OpenClaw 3fa9c2",
      host: "openclaw-3fa9c2.local",
      port: 18_789,
      text: ["role=gateway", "transport=gateway", "gatewayPort=18789"],
    });
    expect(JSON.stringify(recordsOf(service, "192.168.7.20"))).not.toMatch(/studio|example|ines|ssh|\/opt/);
  });

  test("tells the machine and where the command lies when it is asked to", () => {
    expect(describeService({ ...GATEWAY, mode: "full" }, 1)).toEqual({
      instance: "studio (OpenClaw)",
      host: "openclaw-3fa9c2.local",
      port: 18_789,
      text: [
        "role=gateway",
        "transport=gateway",
        "gatewayPort=18789",
        "displayName=studio",
        "lanHost=openclaw-3fa9c2.local",
        "cliPath=/opt/of-ines/openclaw.js",
      ],
    });
  });

  test("numbers the names that somebody else has", () => {
    expect(describeService(GATEWAY, 2)).toMatchObject({
      instance: "OpenClaw 3fa9c2 (2)",
      host: "openclaw-3fa9c2-2.local",
    });
  });

  test("keeps within what names and texts may be long, and through no character", () => {
    const long = {
      ...GATEWAY,
      mode: "full",
      machineName: "é🦞".repeat(40),
      cliPath: `/${"p".repeat(300)}`,
    } as const;
    const { instance, text } = describeService(long, 10);
    expect(Buffer.byteLength(instance)).toBeLessThanOrEqual(63);
    expect(instance).toMatch(/^(é🦞)*é? \(OpenClaw\) \(10\)$/u);
    expect(text.filter((pair) => pair.startsWith("cliPath"))).toEqual([]);
  });

  test("a machine without a name has the name without one", () => {
    expect(describeService({ ...GATEWAY, mode: "full", machineName: "" }, 1).instance).toBe(
      "OpenClaw 3fa9c2",
    );
  });
});
