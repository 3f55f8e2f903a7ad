import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CLOSE, closeReason } from "./close-codes.ts";
import { LIMITS } from "./limits.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe("closeReason", () => {
  test("keeps a reason that fits", () => {
    expect(closeReason("slow consumer")).toBe("slow consumer");
    expect(closeReason("x".repeat(120))).toHaveLength(120);
  });

  test("cuts a long reason inside a word", () => {
    expect(closeReason("x".repeat(121))).toHaveLength(120);
  });

  test("cuts before a character that would not fit whole", () => {
    expect(closeReason(`${"x".repeat(119)}가나`)).toBe("x".repeat(119));
    expect(closeReason(`${"x".repeat(118)}🙂`)).toBe("x".repeat(118));
  });

  test("always gives a prefix within the byte limit and wastes less than one character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 0, maxLength: 200 }), (text) => {
        const cut = closeReason(text);
        expect(text.startsWith(cut)).toBe(true);
        expect(bytes(cut)).toBeLessThanOrEqual(LIMITS.closeReasonBytes);
        if (cut !== text) expect(bytes(cut)).toBeGreaterThan(LIMITS.closeReasonBytes - 4);
      }),
      { seed: 4 },
    );
  });
});

describe("CLOSE", () => {
  test("holds only reasons that fit the wire as they are", () => {
    for (const { reason } of Object.values(CLOSE)) expect(closeReason(reason)).toBe(reason);
  });

  test("uses codes an endpoint may send", () => {
    for (const { code } of Object.values(CLOSE)) {
      const isProtocolCode = [1000, 1002, 1008, 1009, 1011, 1012, 1013].includes(code);
      expect(isProtocolCode || (code >= 4000 && code < 5000)).toBe(true);
    }
  });
});
