import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SOURCE_LIMITS } from "./parse-json5.ts";
import { readTextFile, readTextNow } from "./source-files.ts";

/** What comes of a path, read both ways. */
async function readBothWays(make: (path: string) => unknown): Promise<readonly unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), "openclaw-source-"));
  const path = join(folder, "file");
  await make(path);
  const late = await readTextFile(path).then(({ text }) => text, messageOf);
  const now = await Promise.resolve(path).then(readTextNow).catch(messageOf);
  await rm(folder, { recursive: true });
  return [late, now].map((found) => String(found).replace(folder, ""));
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : error);

describe("a file of the configuration is read alike, on the spot or not", () => {
  test.each([
    ["text", (path: string) => writeFile(path, "{ ä: 1 }"), "{ ä: 1 }"],
    ["nothing in it", (path: string) => writeFile(path, ""), ""],
    [
      "bytes that are no text",
      (path: string) => writeFile(path, Buffer.from([0xc3, 0x28])),
      "not UTF-8 text",
    ],
    ["a folder", (path: string) => mkdir(path), "not a regular file"],
    ["a pipe nobody writes to", (path: string) => execFileSync("mkfifo", [path]), "not a regular file"],
    ["no such file", () => undefined, "ENOENT: no such file or directory, open '/file'"],
    [
      "more than is read",
      async (path: string) => {
        await writeFile(path, "");
        await truncate(path, SOURCE_LIMITS.maxBytes + 1);
      },
      `file too large (${SOURCE_LIMITS.maxBytes + 1} bytes, limit ${SOURCE_LIMITS.maxBytes})`,
    ],
  ])("%s", async (_, make, expected) => {
    expect(await readBothWays(make)).toEqual([expected, expected]);
  });
});
