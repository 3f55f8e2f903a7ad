import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkStore } from "./check-store.ts";
import { MIGRATIONS } from "./migrations/list.ts";
import { openStore } from "./open-store.ts";

/** A closed store with something in it. */
async function closedStore(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "openclaw store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "gateway.sqlite");
  const store = await openStore({ path });
  await store.settings.put("voicewake", "x".repeat(50_000));
  await store.close();
  // What another process would find: its log is folded in, and the files beside it are gone.
  for (const beside of ["-wal", "-shm"]) await rm(`${path}${beside}`, { force: true });
  return path;
}

async function overwrite(path: string, position: number, bytes: readonly number[]): Promise<void> {
  const handle = await open(path, "r+");
  await handle.write(Buffer.from(bytes), 0, bytes.length, position);
  await handle.close();
}

async function contents(path: string): Promise<Record<string, string>> {
  const folder = join(path, "..");
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "base64")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
}

test("a sound file is read as a whole, and nothing is written, not even beside it", async () => {
  const path = await closedStore();
  const before = await contents(path);
  expect(await checkStore(path)).toEqual({
    ok: true,
    exists: true,
    version: MIGRATIONS.length,
    problems: [],
  });
  expect(await contents(path)).toEqual(before);
});

test("no file is no problem", async () => {
  expect(await checkStore("/nowhere/gateway.sqlite")).toEqual({ ok: true, exists: false, problems: [] });
});

test("a damaged page is told in SQLite's words", async () => {
  const path = await closedStore();
  await overwrite(path, 4096, Array<number>(64).fill(0xff));
  const found = await checkStore(path);
  expect(found).toMatchObject({ ok: false, exists: true, code: "corrupt" });
  expect(found.problems.length).toBeGreaterThan(0);
});

test("a file that is no database is damaged", async () => {
  const path = await closedStore();
  await writeFile(path, "not a database ".repeat(100));
  expect(await checkStore(path)).toMatchObject({ ok: false, code: "corrupt" });
});

test("a file of a newer release, and one of another program, are told apart", async () => {
  const path = await closedStore();
  await overwrite(path, 60, [0, 0, 0x27, 0x0f]);
  expect(await checkStore(path)).toMatchObject({ ok: false, code: "newer_version", version: 9999 });
  await overwrite(path, 68, [0, 0, 0, 5]);
  expect(await checkStore(path)).toMatchObject({ ok: false, code: "not_a_store" });
});
