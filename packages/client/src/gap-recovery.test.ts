import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { SequenceWatch } from "./gap-recovery.ts";

describe("SequenceWatch", () => {
  test("takes the first number as the baseline, whatever it is", () => {
    expect(new SequenceWatch().accept(41)).toBeUndefined();
  });

  test("reports the hole before an event, once", () => {
    const watch = new SequenceWatch();
    watch.accept(1);
    expect(watch.accept(4)).toEqual({ expected: 2, received: 4 });
    expect(watch.accept(5)).toBeUndefined();
  });

  test("ignores events without a number", () => {
    const watch = new SequenceWatch();
    watch.accept(1);
    expect(watch.accept(undefined)).toBeUndefined();
    expect(watch.accept(2)).toBeUndefined();
  });

  test("finds exactly the numbers that are missing from a growing sequence", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (numbers) => {
        const delivered = [...numbers].sort((a, b) => a - b);
        const watch = new SequenceWatch();
        const missing: number[] = [];
        for (const seq of delivered) {
          const gap = watch.accept(seq);
          for (let lost = gap?.expected ?? seq; lost < seq; lost += 1) missing.push(lost);
        }
        const first = delivered[0] ?? 0;
        const expected = Array.from({ length: (delivered.at(-1) ?? 0) - first }, (_, i) => first + i).filter(
          (seq) => !delivered.includes(seq),
        );
        expect(missing).toEqual(expected);
      }),
      { seed: 20261122 },
    );
  });
});
