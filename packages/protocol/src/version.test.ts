import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { negotiateDialect, PROTOCOL_VERSIONS } from "./version.ts";

describe("negotiateDialect", () => {
  test.each([
    [3, 3, 3],
    [4, 4, 4],
    [3, 4, 4],
    [1, 3, 3],
    [3, 99, 4],
    [1, 2, undefined],
    [5, 5, undefined],
    [4, 3, undefined],
  ])("answers a client of versions %i to %i with %s", (min, max, chosen) => {
    expect(negotiateDialect(min, max)).toBe(chosen);
  });

  test("never picks a version outside the client's range, and finds one whenever the ranges meet", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (min, max) => {
        const common = PROTOCOL_VERSIONS.filter((version) => version >= min && version <= max);
        expect(negotiateDialect(min, max)).toBe(common.at(-1));
      }),
      { seed: 1 },
    );
  });
});
