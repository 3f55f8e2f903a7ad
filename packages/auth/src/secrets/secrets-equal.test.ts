import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secretsEqual } from "./secrets-equal.ts";

describe("secretsEqual", () => {
  test("T-AUTH-08 accepts equal secrets and nothing else, whatever the lengths", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(secretsEqual(a, a)).toBe(true);
        expect(secretsEqual(a, b)).toBe(a === b);
      }),
      { seed: 8 },
    );
  });

  test("T-AUTH-08 a prefix, a suffix and another case are different secrets", () => {
    for (const guess of ["", "secre", "secret ", "Secret", "secretsecret"]) {
      expect(secretsEqual(guess, "secret")).toBe(false);
    }
  });
});
