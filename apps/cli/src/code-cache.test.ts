import promises, { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { compileBundle } from "./code-cache.ts";

/** What a bundle of this text exports. */
async function run<Exports>(text: string): Promise<Exports> {
  const folder = await mkdtemp(join(tmpdir(), "openclaw-bundle-"));
  const path = join(folder, "bundle.cjs");
  await writeFile(path, text);
  const exports = compileBundle<Exports>(path).run();
  await rm(folder, { recursive: true });
  return exports;
}

// As a bundler writes `import * as promises from "node:fs/promises"`.
const WHOLE = 'Object.assign(exports, { ...require("node:fs/promises") });\n';

test("a bundle gets Node's modules whole, also those that are loaded late", async () => {
  const copy = await run<typeof promises>(WHOLE);
  expect(new Set(Object.keys(copy))).toEqual(new Set(Object.keys(promises)));
  expect(copy.mkdir).toBe(promises.mkdir);
});

test("a bundle reads files, folders and links on the spot, and is told of what is not there as by Node", async () => {
  const { readFile, readdir, readlink } = await run<typeof promises>(WHOLE);
  const here = fileURLToPath(import.meta.url);
  expect(await readFile(here, "utf8")).toBe(await promises.readFile(here, "utf8"));
  expect(await readdir(dirname(here))).toEqual(await promises.readdir(dirname(here)));
  const missing = `${here}/nothing`;
  for (const reading of [readFile(missing), readdir(missing), readlink(missing)]) {
    await expect(reading).rejects.toMatchObject({ code: "ENOTDIR" });
  }
});
