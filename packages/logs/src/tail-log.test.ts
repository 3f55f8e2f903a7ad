import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tailLog } from "./tail-log.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tail-"));
  file = join(folder, "openclaw-2026-11-22.log");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("tailLog", () => {
  test("gives the last lines and a cursor that finds only what came later", async () => {
    await writeFile(file, "one\ntwo\nthree\n");
    const first = await tailLog(file, { limit: 2 });
    expect(first).toEqual({
      file,
      cursor: 14,
      size: 14,
      lines: ["two", "three"],
      truncated: false,
      reset: false,
    });
    await appendFile(file, "four\n");
    expect(await tailLog(file, { cursor: first.cursor })).toMatchObject({ lines: ["four"], cursor: 19 });
    expect(await tailLog(file, { cursor: 19 })).toMatchObject({ lines: [], cursor: 19 });
  });

  test("leaves a record that is still being written for the next call", async () => {
    await writeFile(file, "one\nhal");
    const first = await tailLog(file, {});
    expect(first).toMatchObject({ lines: ["one"], cursor: 4, size: 7 });
    await appendFile(file, "f\n");
    expect(await tailLog(file, { cursor: first.cursor })).toMatchObject({ lines: ["half"], cursor: 9 });
  });

  test("drops the line that began before the window", async () => {
    await writeFile(file, "aaaa\nbbbb\ncccc\n");
    expect(await tailLog(file, { maxBytes: 7 })).toMatchObject({
      lines: ["cccc"],
      truncated: true,
      reset: false,
    });
    expect(await tailLog(file, { maxBytes: 10 })).toMatchObject({ lines: ["bbbb", "cccc"], truncated: true });
  });

  test("says so when the cursor is too far behind or the file is shorter than it", async () => {
    await writeFile(file, "aaaa\nbbbb\ncccc\n");
    expect(await tailLog(file, { cursor: 0, maxBytes: 6 })).toMatchObject({
      lines: ["cccc"],
      truncated: true,
      reset: true,
    });
    expect(await tailLog(file, { cursor: 99 })).toMatchObject({
      lines: ["aaaa", "bbbb", "cccc"],
      reset: true,
      cursor: 15,
    });
  });

  test("reads a missing file as an empty log", async () => {
    expect(await tailLog(join(folder, "none.log"), {})).toMatchObject({
      lines: [],
      cursor: 0,
      size: 0,
      truncated: false,
    });
  });

  test("reads the newest file of the series when today's is missing", async () => {
    await writeFile(join(folder, "openclaw-2026-11-20.log"), "old\n");
    await writeFile(join(folder, "openclaw-2026-11-21.log"), "newer\n");
    await writeFile(join(folder, "openclaw-dev-2026-11-22.log"), "other profile\n");
    expect(await tailLog(file, {})).toMatchObject({
      file: join(folder, "openclaw-2026-11-21.log"),
      lines: ["newer"],
    });
  });

  test("following with the cursor sees every line once, however the file grows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ maxLength: 20 }).map((text) => text.replace(/[\n\r]/g, "·")),
          { maxLength: 12 },
        ),
        fc.nat(40),
        async (lines, cut) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          await writeFile(file, bytes.subarray(0, cut));
          const first = await tailLog(file, {});
          await writeFile(file, bytes);
          const second = await tailLog(file, { cursor: first.cursor });
          expect([...first.lines, ...second.lines]).toEqual(lines);
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });
});
