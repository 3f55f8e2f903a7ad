import { isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnLink, localLinks } from "./link.ts";

describe("isOnLink", () => {
  const link = { address: "192.168.7.20", netmask: "255.255.255.0" };

  test.each([
    ["192.168.7.1", true],
    ["192.168.7.20", true],
    ["192.168.8.1", false],
    ["8.8.8.8", false],
    ["fe80::1", false],
    ["", false],
  ])("%s: %s", (address, expected) => {
    expect(isOnLink(link, address)).toBe(expected);
  });

  test("compares as many bits as the mask has, whatever the address", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (one, other, length) => {
        const bits = (address: string) =>
          address
            .split(".")
            .map((part) => Number(part).toString(2).padStart(8, "0"))
            .join("");
        const mask = "1".repeat(length).padEnd(32, "0");
        const netmask = (mask.match(/.{8}/g) ?? []).map((part) => parseInt(part, 2)).join(".");
        const expected = bits(one).slice(0, length) === bits(other).slice(0, length);
        expect(isOnLink({ address: one, netmask }, other)).toBe(expected);
      }),
    );
  });
});

describe("localLinks", () => {
  test("are networks with neighbours: no loopback, no tunnels", () => {
    for (const { address, netmask } of localLinks()) {
      expect(isIPv4(address)).toBe(true);
      expect(address).not.toMatch(/^127\./);
      expect(netmask).not.toBe("255.255.255.255");
    }
  });

  test("there is none where only loopback is listened on", () => {
    expect(localLinks(["127.0.0.1", "::1"])).toEqual([]);
  });
});
