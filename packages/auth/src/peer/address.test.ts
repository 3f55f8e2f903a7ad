import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAddress, isLoopback, parseAddress } from "./address.ts";

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};

describe("parseAddress", () => {
  test.each([
    ["1.2.3.4", "1.2.3.4"],
    [" 127.0.0.1 ", "127.0.0.1"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["::FFFF:0102:0304", "1.2.3.4"],
    ["0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::", "::"],
    ["::1", "::1"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ])("T-AUTH-11 reads %s as %s", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  test.each(["", "localhost", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "::g", "1::2::3", "1.2.3.4:80"])(
    "refuses %j",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  test("what is formatted reads back as the same address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        expect(address).toBeDefined();
        expect(address && parseAddress(formatAddress(address))).toEqual(address);
      }),
      { seed: 11 },
    );
  });
});

describe("isLoopback", () => {
  test.each([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["::ffff:127.0.0.1", true],
    ["::1", true],
    ["128.0.0.1", false],
    ["0.0.0.0", false],
    ["::2", false],
  ])("%s is loopback: %s", (text, expected) => {
    const address = parseAddress(text);
    expect(address && isLoopback(address)).toBe(expected);
  });
});
