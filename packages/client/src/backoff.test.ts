import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fullJitterMs } from "./backoff.ts";

const BOUNDS = { baseMs: 1_000, maxMs: 30_000 };

describe("fullJitterMs", () => {
  test("never exceeds the doubled ceiling nor the maximum, and is never negative", () => {
    fc.assert(
      fc.property(
        fc.nat(5_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const delay = fullJitterMs(attempt, random, BOUNDS);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(Math.min(BOUNDS.maxMs, BOUNDS.baseMs * 2 ** attempt));
        },
      ),
      { seed: 20261122 },
    );
  });

  test("uses the whole range below the ceiling", () => {
    expect(fullJitterMs(3, 0, BOUNDS)).toBe(0);
    expect(fullJitterMs(3, 0.5, BOUNDS)).toBe(4_000);
    expect(fullJitterMs(9, 0.999, BOUNDS)).toBe(29_970);
  });
});
