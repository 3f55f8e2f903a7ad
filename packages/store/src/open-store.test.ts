import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { sampleEntry, sampleLine } from "@openclaw/agents/testing";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../test/temp-folder.ts";
import { openStore } from "./open-store.ts";
import type { Store } from "./store.ts";
import { Database, loadDriver } from "./sqlite/database.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

async function put(store: Store, key: string): Promise<void> {
  await store.agents.commit([{ type: "session.put", entry: sampleEntry(key) }]);
}

async function keys(store: Store): Promise<string[]> {
  return (await store.agents.sessions()).entries.map((entry) => entry.key).sort();
}

/** A closed store with one session in it. */
async function makeStore(path: string): Promise<void> {
  const store = await openStore({ path: `${path}.made` });
  await put(store, "agent:main:a");
  await store.close();
  // The driver keeps its file open until its statements are collected: a copy is free of this process.
  await copyFile(`${path}.made`, path);
}

async function change(path: string, sql: string): Promise<void> {
  const database = new Database(await loadDriver(), path);
  database.exec(sql);
  database.close();
}

async function modes(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const entries = names.map(async (name) => [
    name,
    ((await stat(`${folder}/${name}`)).mode & 0o777).toString(8),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

describe("openStore", () => {
  test("finds what an earlier store wrote", async () => {
    await using folder = await tempFolder();
    await makeStore(folder.file("state.sqlite"));
    const store = await openStore({ path: folder.file("state.sqlite") });
    expect(await keys(store)).toEqual(["agent:main:a"]);
    expect(store.recovery).toBeUndefined();
    await store.close();
  });

  test("keeps two stores in memory apart", async () => {
    const [one, other] = [await openStore({ path: ":memory:" }), await openStore({ path: ":memory:" })];
    await put(one, "agent:main:a");
    expect(await keys(other)).toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });

  test("T-CFG-08: makes every file and folder private from the start, whatever the umask", async () => {
    await using folder = await tempFolder();
    const before = process.umask(0);
    try {
      const store = await openStore({ path: folder.file("new/deep/state.sqlite") });
      await put(store, "agent:main:a");
      await store.backup(folder.file("new/deep/copy.sqlite"));
      expect(await modes(folder.file("new/deep"))).toEqual({
        "copy.sqlite": "600",
        "state.sqlite": "600",
        "state.sqlite-owner": "600",
        "state.sqlite-shm": "600",
        "state.sqlite-wal": "600",
      });
      expect(await modes(folder.file("new"))).toEqual({ deep: "700" });
      await store.close();
    } finally {
      process.umask(before);
    }
  });

  test("T-CFG-08: closes a file to others that was open to them", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    await makeStore(path);
    await chmod(path, 0o644);
    const store = await openStore({ path });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test("refuses a second owner of the file until the first has closed it", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const first = await openStore({ path });
    await expect(openStore({ path })).rejects.toMatchObject({
      code: "owned",
      message: expect.stringContaining(path),
    });
    await put(first, "agent:main:a");
    await first.close();
    const second = await openStore({ path });
    expect(await keys(second)).toEqual(["agent:main:a"]);
    await second.close();
  });

  test("refuses a file of a newer version and leaves it as it is", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    await makeStore(path);
    await change(path, "PRAGMA user_version = 99");
    const before = await readFile(path);
    await expect(openStore({ path })).rejects.toMatchObject({
      code: "newer_version",
      message: expect.stringContaining("99"),
    });
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await readdir(dirname(path))).not.toContainEqual(expect.stringContaining("corrupt"));
  });

  test("refuses another program's database and leaves it as it is", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    await change(path, "CREATE TABLE theirs (a TEXT)");
    const before = await readFile(path);
    await expect(openStore({ path })).rejects.toMatchObject({ code: "not_a_store" });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test("refuses a folder in place of the file, and a path below a file", async () => {
    await using folder = await tempFolder();
    await mkdir(folder.file("state.sqlite"));
    await expect(openStore({ path: folder.file("state.sqlite") })).rejects.toMatchObject({
      code: "unavailable",
    });
    await writeFile(folder.file("plain"), "");
    await expect(openStore({ path: folder.file("plain/state.sqlite") })).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("starts on an empty file", async () => {
    await using folder = await tempFolder();
    await writeFile(folder.file("state.sqlite"), "");
    const store = await openStore({ path: folder.file("state.sqlite") });
    expect(store.recovery).toBeUndefined();
    await put(store, "agent:main:a");
    await store.close();
  });
});

describe("openStore on a damaged file", () => {
  const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
    "that is not a database": (path) => writeFile(path, "this was never a database ".repeat(400)),
    "whose header is overwritten": async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0xff, 0, 100));
    },
    "that lost its second half": async (path) =>
      truncate(path, Math.floor((await stat(path)).size / 8192) * 4096),
    "whose schema is unreadable": async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0xee, 100, 4096));
    },
    "that was emptied beside its log": async (path) => {
      const store = await openStore({ path });
      await put(store, "agent:main:b");
      await copyFile(`${path}-wal`, `${path}.saved`);
      await store.close();
      await copyFile(`${path}.saved`, `${path}-wal`);
      await truncate(path, 0);
    },
  };

  for (const [damage, inflict] of Object.entries(damages)) {
    test(`moves a file aside ${damage}, says so, and starts empty`, async () => {
      await using folder = await tempFolder();
      const path = folder.file("state.sqlite");
      await makeStore(path);
      await inflict(path);
      const damaged = await readFile(path);
      const errors: string[] = [];
      const logger = { ...silent, error: (text: string) => errors.push(text) };
      const store = await openStore({ path, logger, now: () => Date.UTC(2026, 10, 22, 12, 14, 4, 974) });
      const movedTo = `${path}.corrupt.2026-11-22T12-14-04.974Z`;
      expect(store.recovery).toEqual({ movedTo, reason: expect.stringContaining("damaged") });
      expect(errors).toEqual([expect.stringContaining(movedTo)]);
      expect((await readFile(movedTo)).equals(damaged)).toBe(true);
      await put(store, "agent:main:fresh");
      expect(await keys(store)).toEqual(["agent:main:fresh"]);
      await store.close();
    });
  }

  test("keeps the log beside the file that was moved", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    await makeStore(path);
    await damages["that was emptied beside its log"]?.(path);
    const log = await readFile(`${path}-wal`);
    const store = await openStore({ path, now: () => 0 });
    expect((await readFile(`${store.recovery?.movedTo}-wal`)).equals(log)).toBe(true);
    await store.close();
  });

  test("never overwrites a file that was moved aside before", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const moved: unknown[] = [];
    for (const text of ["first wreck ", "second wreck "]) {
      await writeFile(path, text.repeat(500));
      const store = await openStore({ path, now: () => 0 });
      moved.push(store.recovery?.movedTo);
      await store.close();
    }
    expect(new Set(moved).size).toBe(2);
    expect(await readFile(String(moved[0]), "utf8")).toContain("first");
  });
});

describe("Store.close", () => {
  test("finishes the commits called before it and folds the log into the file", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const store = await openStore({ path });
    const last = put(store, "agent:main:last");
    await store.close();
    await last;
    expect((await stat(`${path}-wal`)).size).toBe(0);
    await copyFile(path, folder.file("alone.sqlite"));
    const copy = await openStore({ path: folder.file("alone.sqlite") });
    expect(await keys(copy)).toEqual(["agent:main:last"]);
    await copy.close();
  });

  test("is idempotent and refuses every later call", async () => {
    await using folder = await tempFolder();
    const store = await openStore({ path: folder.file("state.sqlite") });
    expect(store.close()).toBe(store.close());
    await store.close();
    const closed = { code: "closed" };
    await expect(put(store, "agent:main:a")).rejects.toMatchObject(closed);
    await expect(store.agents.session("agent:main:a")).rejects.toMatchObject(closed);
    await expect(store.agents.sessions({ label: "new shape" })).rejects.toMatchObject(closed);
    await expect(store.devices.devices()).rejects.toMatchObject(closed);
    await expect(store.verify()).rejects.toMatchObject(closed);
    await expect(store.vacuum()).rejects.toMatchObject(closed);
    await expect(store.backup(folder.file("copy"))).rejects.toMatchObject(closed);
    expect(existsSync(folder.file("copy"))).toBe(false);
  });

  test("leaves deleted lines for the next opening to free", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const store = await openStore({ path });
    const lines = Array.from({ length: 3_000 }, () => sampleLine("00000001", "x"));
    await store.agents.commit([
      { type: "session.put", entry: sampleEntry("agent:main:a", { sessionId: "s" }) },
      { type: "transcript.append", sessionId: "s", lines },
    ]);
    await store.agents.commit([{ type: "session.delete", key: "agent:main:a" }]);
    await store.close();
    const again = await openStore({ path });
    expect(await again.agents.transcript("s")).toEqual([]);
    expect((await again.verify()).ok).toBe(true);
    await again.close();
  });
});
