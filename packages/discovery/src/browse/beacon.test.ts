import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Sighting, toBeacon } from "./beacon.ts";

const SIGHTING: Sighting = {
  instance: "OpenClaw 3fa9c2",
  service: { host: "openclaw-3fa9c2.local", port: 18_789 },
  text: [],
  addresses: ["192.168.7.20"],
};
const text = (...strings: readonly string[]) => strings.map((string) => Buffer.from(string));

describe("toBeacon", () => {
  test("gives the address to connect to", () => {
    expect(toBeacon(SIGHTING).wsUrl).toBe("ws://192.168.7.20:18789");
    expect(toBeacon({ ...SIGHTING, text: text("gatewayTls=1") })).toMatchObject({
      tls: true,
      wsUrl: "wss://192.168.7.20:18789",
    });
  });

  test.each([
    ["the place is not known", { service: undefined }],
    ["no address is the sender's own", { addresses: [] }],
    ["the port is none", { service: { host: "h.local", port: 0 } }],
  ])("gives none when %s", (_, change) => {
    expect(toBeacon({ ...SIGHTING, ...change }).wsUrl).toBeNull();
  });

  test("takes port and address from nothing but the place it was heard of", () => {
    const beacon = toBeacon({
      ...SIGHTING,
      text: text("gatewayPort=1", "wsUrl=ws://evil.example", "port=2"),
    });
    expect(beacon).toMatchObject({ port: 18_789, wsUrl: "ws://192.168.7.20:18789" });
  });

  test("reads keys in any case; the first of each counts", () => {
    const told = text("ROLE=gateway", "role=other", "displayName=studio", "sshPort=22", "cliPath=/opt/a=b");
    expect(toBeacon({ ...SIGHTING, text: told })).toMatchObject({
      role: "gateway",
      displayName: "studio",
      sshPort: 22,
      cliPath: "/opt/a=b",
    });
  });

  test("T-LOG-08: nothing a stranger sends draws on a terminal, runs over lines or is endless", () => {
    const nasty = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom(
        "\u001b[2J\u001b[31mroot",
        "a\r\nb",
        "\u202egnp.exe",
        "\u0000",
        "\u009b5n",
        "x".repeat(5_000),
      ),
    );
    const key = fc.constantFrom(
      "displayName",
      "lanHost",
      "tailnetDns",
      "cliPath",
      "role",
      "transport",
      "sshPort",
    );
    fc.assert(
      fc.property(
        nasty,
        nasty,
        fc.array(fc.tuple(key, nasty), { maxLength: 40 }),
        (instance, host, pairs) => {
          const beacon = toBeacon({
            instance,
            service: { host, port: 1 },
            text: text(...pairs.map(([name, value]) => `${name}=${value}`)),
            addresses: [],
          });
          for (const value of Object.values(beacon).filter((value) => typeof value === "string")) {
            expect(value).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
            expect(value.length).toBeLessThanOrEqual(128);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
