import { appendFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedName } from "./log-file-name.ts";
import { LogFile } from "./log-file.ts";
import { tailLog, type LogTail, type LogTailRequest } from "./tail-log.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

/** Reads a log as `logs --follow` does. */
class Follower {
  readonly lines: string[] = [];
  readonly #path: string;
  readonly #bounds: LogTailRequest;
  #position = "end";

  constructor(path: string, bounds: LogTailRequest = {}) {
    this.#path = path;
    this.#bounds = bounds;
  }

  async read(): Promise<LogTail> {
    const tail = await tailLog(this.#path, { ...this.#bounds, position: this.#position });
    this.#position = tail.position ?? "none";
    this.lines.push(...tail.lines);
    return tail;
  }

  /** Reads until there is no more. */
  async catchUp(): Promise<void> {
    while ((await this.read()).hasMore) continue;
  }
}

describe("tailLog with a position", () => {
  test("goes on in a file that was set aside, then in the one that came after it", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "openclaw-2026-11-22.log");
    await writeFile(path, "one\ntwo\n");
    const follower = new Follower(path);
    await follower.catchUp();
    await appendFile(path, "three\n");
    await rename(path, `${path}.1`);
    await writeFile(path, "four\n");
    await follower.catchUp();
    expect(follower.lines).toEqual(["one", "two", "three", "four"]);
    expect(await follower.read()).toMatchObject({ lines: [], file: path, reset: false, hasMore: false });
  });

  test("goes on in the file of the next day", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "openclaw-2026-11-22.log");
    await writeFile(path, "one\n");
    const follower = new Follower(path);
    await follower.catchUp();
    await appendFile(path, "two\n");
    await writeFile(join(folder.path, "openclaw-2026-11-23.log"), "three\n");
    await writeFile(join(folder.path, "openclaw-dev-2026-11-23.log"), "another profile\n");
    await follower.catchUp();
    expect(follower.lines).toEqual(["one", "two", "three"]);
  });

  test("leaves nothing out when much was written meanwhile", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "own.log");
    await writeFile(path, "0\n");
    const follower = new Follower(path, { limit: 3, maxBytes: 20 });
    await follower.catchUp();
    const lines = Array.from({ length: 100 }, (_, index) => String(index + 1));
    await appendFile(path, `${lines.join("\n")}\n`);
    await follower.catchUp();
    expect(follower.lines).toEqual(["0", ...lines]);
  });

  test("reads a log that begins after its reader, from the first line on", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "own.log");
    const follower = new Follower(path);
    await follower.catchUp();
    await writeFile(path, "unfini");
    expect(await follower.read()).toMatchObject({ lines: [], reset: false });
    await writeFile(path, "one\n");
    await rename(path, `${path}.1`);
    await writeFile(path, "two\n");
    await follower.catchUp();
    expect(follower.lines).toEqual(["one", "two"]);
  });

  test("says that it missed lines when their file was deleted, and goes on with the oldest there is", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "own.log");
    await writeFile(path, "one\n");
    const follower = new Follower(path);
    await follower.catchUp();
    await writeFile(`${path}.1`, "three\n");
    await writeFile(path, "four\n");
    expect(await follower.read()).toMatchObject({ reset: true, hasMore: true, lines: ["three"] });
    expect(await follower.read()).toMatchObject({ reset: false, hasMore: false, lines: ["four"] });
    await rm(`${path}.1`);
    expect(await follower.read()).toMatchObject({ reset: false, lines: [] });
  });

  test("begins anew in a file that somebody emptied", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "own.log");
    await writeFile(path, "one\ntwo\nthree\n");
    const follower = new Follower(path);
    await follower.catchUp();
    await truncate(path, "one\n".length);
    expect(await follower.read()).toMatchObject({ reset: true, lines: ["one"] });
  });

  test("passes over what is no log: a line without end", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "own.log");
    await writeFile(path, "one\n");
    const follower = new Follower(path, { maxBytes: 10 });
    await follower.catchUp();
    await appendFile(path, `${"x".repeat(1_500_000)}\nnext\n`);
    expect(await follower.read()).toMatchObject({ truncated: true, lines: [] });
    await follower.catchUp();
    expect(follower.lines).toEqual(["one", "next"]);
  });

  test("takes a position that nobody gave out for one in a deleted file", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "own.log");
    await writeFile(path, "one\n");
    expect(await tailLog(path, { position: "99:x" })).toMatchObject({ reset: true, lines: ["one"] });
  });

  test("sees every line once, whenever it looks while the log rotates", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ count: fc.integer({ min: 1, max: 30 }), isRead: fc.boolean() }), {
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 40 }),
        async (bursts, limit) => {
          await using folder = await temporaryFolder();
          const path = join(folder.path, "own.log");
          const log = new LogFile({
            names: fixedName(path),
            maxFileBytes: 1_000,
            maxTotalBytes: 10_000,
            maxAgeDays: 7,
          });
          const follower = new Follower(path, { limit, maxBytes: 60 });
          await follower.catchUp();
          const written: string[] = [];
          for (const { count, isRead } of bursts) {
            const lines = Array.from({ length: count }, (_, index) => `line ${written.length + index}`);
            written.push(...lines);
            for (const line of lines) log.write(line);
            // At once: the reader looks while files are set aside.
            await Promise.all([log.flush(), ...(isRead ? [follower.catchUp()] : [])]);
          }
          await follower.catchUp();
          expect(follower.lines).toEqual(written);
        },
      ),
      { seed: 7, numRuns: 30 },
    );
  });
});
