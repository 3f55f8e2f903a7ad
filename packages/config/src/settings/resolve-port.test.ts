import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolvePort } from "./resolve-port.ts";

const port = fc.integer({ min: 1, max: 65_535 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

describe("resolvePort", () => {
  test("takes the first of flag, variable, file and 18789 that is there", () => {
    fc.assert(
      fc.property(maybe(port), maybe(port), maybe(port), (flag, variable, configured) => {
        const config = configured === undefined ? {} : { gateway: { port: configured } };
        const env = variable === undefined ? {} : { OPENCLAW_GATEWAY_PORT: String(variable) };
        expect(resolvePort(config, env, flag)?.port).toBe(flag ?? variable ?? configured ?? 18789);
      }),
      { seed: 7 },
    );
  });

  test.each([
    ["19001abc", 19001],
    ["0", 18789],
    ["-5", 18789],
    ["nope", 18789],
    ["70000", 18789],
    ["  ", 18789],
  ])("reads the variable %j as %i", (value, expected) => {
    expect(resolvePort({}, { OPENCLAW_GATEWAY_PORT: value })?.port).toBe(expected);
  });

  test("knows the variable's old name, below the new one", () => {
    expect(resolvePort({}, { CLAWDBOT_GATEWAY_PORT: "7" })).toEqual({ port: 7, portSource: "env" });
    expect(resolvePort({}, { CLAWDBOT_GATEWAY_PORT: "7", OPENCLAW_GATEWAY_PORT: "8" })?.port).toBe(8);
  });

  test.each(["abc", "0", "-1", "1.5", "1e3", "65536", "", "80x"])("has no answer to the flag %j", (flag) => {
    expect(resolvePort({}, {}, flag)).toBeUndefined();
  });
});
