import { describe, expect, test } from "vitest";
import { flood } from "./log-flood/flood.mjs";

const KIB = 1024;
const LINES = 100_000;

// `node scripts/log-flood.mjs` does the same with a million lines.
describe(`${LINES} lines written by a gateway that logs every frame`, () => {
  test("T-DOS-14 reach who follows the log, over RPC and on the files, each once, over many rotations below the cap", async () => {
    // The gateway writes as fast as it can, and its readers may fall behind by less than all files hold together.
    const maxTotalBytes = 30 * 1024 * KIB;
    const result = await flood({ lines: LINES, maxFileBytes: 6 * 1024 * KIB, maxTotalBytes });
    for (const { lines, lost, doubled, notices } of [result.byCommand, result.onFiles]) {
      expect({ lost, doubled, notices }).toEqual({ lost: 0, doubled: 0, notices: [] });
      expect(lines).toBeGreaterThanOrEqual(LINES);
    }
    expect(result.rotations).toBeGreaterThanOrEqual(3);
    expect(result.mostBytes).toBeLessThanOrEqual(maxTotalBytes);
  });
});

test("T-DOS-14 a reader that is held up longer than the files last is told how many lines it missed", async () => {
  const { byCommand } = await flood({
    lines: 10_000,
    maxFileBytes: 128 * KIB,
    maxTotalBytes: 640 * KIB,
    isReaderHeldUp: true,
  });
  expect(byCommand.lost).toBeGreaterThan(0);
  expect(byCommand).toMatchObject({ told: byCommand.lost, doubled: 0 });
});
