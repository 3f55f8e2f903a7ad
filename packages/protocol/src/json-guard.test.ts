import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { jsonExcess } from "./json-guard.ts";
import { LIMITS } from "./limits.ts";

describe("jsonExcess", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const keyed = (keys: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, i) => [i, 0])));

  test("T-DOS-10 refuses more than 64 levels and allows 64", () => {
    expect(jsonExcess(nested(64))).toBeUndefined();
    expect(jsonExcess(nested(65))).toBe("must NOT be nested deeper than 64 levels");
    expect(jsonExcess('{"a":'.repeat(65))).toBe("must NOT be nested deeper than 64 levels");
  });

  test("T-DOS-10 refuses more than 100000 list items and allows 100000", () => {
    const list = (values: number) => `{"list":[${Array.from({ length: values }, () => "0").join()}]}`;
    expect(jsonExcess(list(100_000))).toBeUndefined();
    expect(jsonExcess(list(100_001))).toBe("must NOT have more than 100000 items");
    expect(jsonExcess(`{"text":"${",".repeat(200_000)}"}`)).toBeUndefined();
  });

  test("T-DOS-10 refuses more than 10000 keys and allows 10000", () => {
    expect(jsonExcess(keyed(10_000))).toBeUndefined();
    expect(jsonExcess(keyed(10_001))).toBe("must NOT have more than 10000 properties");
  });

  test("does not count what stands inside strings", () => {
    expect(jsonExcess(JSON.stringify("[{:".repeat(20_000)))).toBeUndefined();
    expect(jsonExcess(JSON.stringify({ a: '\\"[{:'.repeat(20_000) }))).toBeUndefined();
    expect(jsonExcess('"unterminated [[[' + "[".repeat(100))).toBeUndefined();
  });

  test("counts siblings once each, not as depth", () => {
    expect(jsonExcess(`[${Array.from({ length: 500 }, () => "[[]]").join()}]`)).toBeUndefined();
  });

  test("agrees with the parsed value on every JSON text", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 80 }), (text) => {
        const tooDeep = depthOf(JSON.parse(text)) > LIMITS.maxJsonDepth;
        expect(jsonExcess(text) !== undefined).toBe(tooDeep);
      }),
      { seed: 5 },
    );
  });
});
