import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sseBody } from "./sse.ts";

const KEEP_ALIVE = ": keep-alive\n\n";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function body(frames: AsyncIterator<string>, onGone = () => {}) {
  const reader = sseBody(frames, { keepAliveMs: 15_000, onGone }).getReader();
  const decoder = new TextDecoder();
  return {
    reader,
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : decoder.decode(value);
    },
  };
}

describe("sseBody", () => {
  test("sends a comment after every 15 s of silence and goes on with the frames", async () => {
    let release = (_: string) => {};
    const frames = (async function* () {
      yield "one";
      yield await new Promise<string>((resolve) => (release = resolve));
    })();
    const { next } = body(frames);
    expect(await next()).toBe("one");
    for (let silence = 0; silence < 2; silence++) {
      const comment = next();
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await comment).toBe(KEEP_ALIVE);
    }
    release("two");
    expect(await next()).toBe("two");
    expect(await next()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("T-DOS-04 piles nothing up for a client that does not read", async () => {
    let produced = 0;
    const frames = { next: async () => ({ done: false as const, value: `${++produced}` }) };
    const { next } = body(frames);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(produced).toBe(1);
    expect(await next()).toBe("1");
  });

  test("tells when the client is gone and lets go of the frames", async () => {
    const gone = vi.fn();
    const returned = vi.fn(async () => ({ done: true as const, value: undefined }));
    const { reader } = body({ next: () => new Promise(() => {}), return: returned }, gone);
    await reader.cancel();
    expect([gone.mock.calls.length, returned.mock.calls.length, vi.getTimerCount()]).toEqual([1, 1, 0]);
  });
});
