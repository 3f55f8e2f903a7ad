import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isNewer, PROGRAM_VERSION } from "./version.ts";

describe("isNewer", () => {
  test.each([
    ["2026.11.1", "2026.11.0", true],
    ["2026.11.0", "2026.9.30", true],
    ["2027.1.0", "2026.12.9", true],
    ["2026.11.0-beta.2", "2026.11.0", false],
    ["2026.9.30", "2026.11.0", false],
    ["v2026.12.0", "2026.11.0", true],
    ["newest", "2026.11.0", false],
  ])("%s after %s: %s", (version, than, expected) => expect(isNewer(version, than)).toBe(expected));
});

test("PROGRAM_VERSION is the version of the package", async () => {
  const text = await readFile(join(import.meta.dirname, "../package.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({ version: PROGRAM_VERSION });
});
