import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "..");
const root = join(folder, "../..");

test("ROWS.md names files that are there, and for every promise its code and its tests", async () => {
  const rows = (await readFile(join(folder, "ROWS.md"), "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (Promise|-)/.test(line))
    .map((line) => line.split("|").slice(2, 4));
  expect(rows.length).toBeGreaterThan(0);
  for (const [code = "", tests = ""] of rows) {
    const [files, checks] = [code, tests].map((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    );
    expect(files?.length).toBeGreaterThan(0);
    expect(checks?.length).toBeGreaterThan(0);
    expect(checks?.filter((name) => !name.endsWith(".test.ts"))).toEqual([]);
    for (const name of [...(files ?? []), ...(checks ?? [])]) {
      const path = /^(apps|tests)\//.test(name) ? join(root, name) : join(folder, "src", name);
      expect((await stat(path)).isFile(), name).toBe(true);
    }
  }
});
