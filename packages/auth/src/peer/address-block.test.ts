import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInBlocks, parseAddressBlock } from "./address-block.ts";
import { parseAddress } from "./address.ts";

const isIn = (address: string, ...blocks: string[]) => {
  const parsed = parseAddress(address);
  return parsed !== undefined && isInBlocks(parsed, blocks);
};

describe("isInBlocks", () => {
  test.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["10.1.2.3", " 10.1.2.3 ", true],
    ["10.1.2.4", "10.1.2.3", false],
    ["10.1.2.3", "10.1.2.3/32", true],
    ["10.9.9.9", "10.1.2.3/8", true],
    ["::ffff:10.1.2.3", "10.0.0.0/8", true],
    ["10.1.2.3", "::ffff:10.0.0.0/104", true],
    ["2001:db8::5", "2001:db8::/32", true],
    ["2001:db9::5", "2001:db8::/32", false],
    ["2001:db8::5", "::/0", true],
    ["10.1.2.3", "::/0", false],
    ["255.255.255.255", "0.0.0.0/0", true],
  ])("T-PROXY-04 %s in %j: %s", (address, block, expected) => {
    expect(isIn(address, block)).toBe(expected);
  });

  test.each([
    "",
    "proxy",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/a",
    "::/129",
    "10.0.0",
  ])("T-PROXY-04 the unreadable entry %j matches nobody", (block) => {
    expect(parseAddressBlock(block)).toBeUndefined();
    expect(isIn("10.0.0.1", block)).toBe(false);
  });

  test("T-PROXY-04 agrees with the platform about every block of both families", () => {
    const address = (family: 4 | 6) => (family === 4 ? fc.ipV4() : fc.ipV6());
    const cases = fc.constantFrom<4 | 6>(4, 6).chain((family) =>
      fc.record({
        family: fc.constant(family),
        base: address(family),
        address: address(family),
        prefix: fc.integer({ min: 0, max: family === 4 ? 32 : 128 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ family, base, address: text, prefix }) => {
        const mapped = [base, text].some((each) => parseAddress(each)?.family !== family);
        fc.pre(!mapped);
        const list = new BlockList();
        list.addSubnet(base, prefix, family === 4 ? "ipv4" : "ipv6");
        const expected = list.check(text, family === 4 ? "ipv4" : "ipv6");
        expect(isIn(text, `${base}/${prefix}`)).toBe(expected);
        expect(isIn(base, `${base}/${prefix}`)).toBe(true);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
