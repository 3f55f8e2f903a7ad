import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { compileBundle } from "./code-cache.ts";

test("a bundle gets Node's modules whole, also those that are loaded late", async () => {
  const folder = await mkdtemp(join(tmpdir(), "openclaw-bundle-"));
  const path = join(folder, "bundle.cjs");
  // As a bundler writes `import * as promises from "node:fs/promises"`.
  await writeFile(
    path,
    'const copy = { ...require("node:fs/promises") }; exports.readFile = copy.readFile;\n',
  );
  const exports = compileBundle<{ readFile: typeof readFile }>(path).run();
  expect(exports.readFile).toBe(readFile);
  await rm(folder, { recursive: true });
});
