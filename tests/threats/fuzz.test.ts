import { describe, expect, test } from "vitest";
import { fuzz, watchHealth } from "./fuzzing/fuzz.mjs";
import { start, TOKEN } from "./support/gateway.ts";

const FRAMES = 10_000;
/** Change it to try others; a failure names the message. `node scripts/fuzz.mjs` tries many more. */
const SEED = 20_261_122;

describe(`${FRAMES} messages of seed ${SEED}`, () => {
  test("T-DOS-10 T-DOS-15 T-AUTH-01 bytes, JSON and broken frames, before and after hello, in both dialects: answered or closed as specified, without any effect nobody had the right to", async () => {
    await using running = await start();
    const target = { url: running.address.url, secret: TOKEN };
    const health = await watchHealth(target);
    const { sent, violations, classes } = await fuzz(target, { frames: FRAMES, seed: SEED });
    const { times, isAlive } = await health.stop();
    expect(violations).toEqual([]);
    expect(isAlive).toBe(true);
    expect(times.length).toBeGreaterThan(10);
    // Nearly all of them: calls that would wait for ever are left out.
    expect(sent).toBeGreaterThan(FRAMES * 0.97);
    const seen = [...classes.keys()].join("\n");
    for (const kind of [
      "before hello: hello-ok",
      "before hello: close 1000",
      "before hello: close 1008 invalid request frame",
      "before hello: close 1002",
      "after hello: ok",
      "after hello: ignored, no JSON",
      "after hello: INVALID_REQUEST invalid request frame",
      "after hello: INVALID_REQUEST unknown method",
      "after hello: FORBIDDEN missing scope",
    ])
      expect(seen).toContain(kind);
    expect(running.log.filter(({ level }) => level === "error")).toEqual([]);
  });
});
