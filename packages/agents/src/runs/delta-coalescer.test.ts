import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AGENT_PACE, CHAT_PACE, DeltaCoalescer, type DeltaPace } from "./delta-coalescer.ts";

interface Sent {
  readonly text: string;
  readonly delta: string;
  readonly at: number;
}

function coalesce(pace: DeltaPace): { coalescer: DeltaCoalescer; sent: Sent[] } {
  const sent: Sent[] = [];
  const coalescer = new DeltaCoalescer({
    pace,
    now: Date.now,
    send: ({ text, delta }) => sent.push({ text, delta, at: Date.now() }),
  });
  return { coalescer, sent };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("DeltaCoalescer", () => {
  test("sends a chat text at once and then at most every 150 ms, the last piece without waiting for another", () => {
    const { coalescer, sent } = coalesce(CHAT_PACE);
    for (const word of ["a ", "b ", "c ", "d"]) {
      coalescer.push(word);
      vi.advanceTimersByTime(60);
    }
    vi.advanceTimersByTime(1000);
    expect(sent.map(({ delta }) => delta)).toEqual(["a ", "b c ", "d"]);
    expect(sent.every(({ at }, index) => index === 0 || at - (sent[index - 1]?.at ?? 0) >= 150)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("sends every piece of a small agent text", () => {
    const { coalescer, sent } = coalesce(AGENT_PACE);
    for (let index = 0; index < 100; index += 1) coalescer.push("word ");
    expect(sent).toHaveLength(100);
  });

  test("slows down as the text grows, so that the rate stays bounded", () => {
    const { coalescer, sent } = coalesce(CHAT_PACE);
    for (let index = 0; index < 2000; index += 1) {
      coalescer.push("x".repeat(1000));
      vi.advanceTimersByTime(10);
    }
    coalescer.flush();
    const seconds = 20;
    const chars = sent.reduce((sum, { text }) => sum + text.length, 0);
    // One whole text may be on the way beyond the rate.
    expect(chars).toBeLessThanOrEqual(CHAT_PACE.charsPerSecond * seconds + 2 * 2_000_000);
    expect(sent.length).toBeGreaterThan(5);
  });

  test("flush sends what is held back and leaves no timer", () => {
    const { coalescer, sent } = coalesce(CHAT_PACE);
    coalescer.push("a");
    coalescer.push("b");
    coalescer.flush();
    coalescer.flush();
    expect(sent.map(({ text }) => text)).toEqual(["a", "ab"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("restart begins another text", () => {
    const { coalescer, sent } = coalesce(CHAT_PACE);
    coalescer.push("a");
    coalescer.push("lost");
    coalescer.restart();
    vi.advanceTimersByTime(1000);
    coalescer.push("b");
    expect(sent.map(({ text }) => text)).toEqual(["a", "b"]);
  });

  test("goes on when the clock is set back", () => {
    const { coalescer, sent } = coalesce(CHAT_PACE);
    coalescer.push("a");
    vi.setSystemTime(Date.now() - 3_600_000);
    coalescer.push("b");
    vi.advanceTimersByTime(200);
    expect(sent).toHaveLength(2);
  });

  test("sends deltas that join to each text, whatever the pieces and pauses", () => {
    const steps = fc.array(fc.tuple(fc.string(), fc.integer({ min: 0, max: 300 })), { maxLength: 50 });
    fc.assert(
      fc.property(steps, fc.constantFrom(CHAT_PACE, { ...AGENT_PACE, freeChars: 20 }), (pieces, pace) => {
        const { coalescer, sent } = coalesce(pace);
        for (const [piece, pauseMs] of pieces) {
          coalescer.push(piece);
          vi.advanceTimersByTime(pauseMs);
        }
        coalescer.flush();
        let joined = "";
        for (const { text, delta } of sent) {
          joined += delta;
          expect(text).toBe(joined);
        }
        expect(joined).toBe(pieces.map(([piece]) => piece).join(""));
      }),
      { seed: 7 },
    );
  });
});
