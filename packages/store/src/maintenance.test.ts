import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { sampleEntry, sampleLine } from "@openclaw/agents/testing";
import { describe, expect, test } from "vitest";
import { tempFolder } from "../test/temp-folder.ts";
import { openStore } from "./open-store.ts";
import type { Store } from "./store.ts";

async function fill(store: Store, key: string, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) =>
    sampleLine(String(index).padStart(8, "0"), "x".repeat(300)),
  );
  await store.agents.commit([
    { type: "session.put", entry: sampleEntry(key, { sessionId: key }) },
    { type: "transcript.append", sessionId: key, lines },
  ]);
}

describe("Store.verify", () => {
  test.for(["file", ":memory:"])("finds no fault in a sound store (%s)", async (kind) => {
    await using folder = await tempFolder();
    const store = await openStore({ path: kind === "file" ? folder.file("state.sqlite") : kind });
    await fill(store, "agent:main:a", 100);
    expect(await store.verify()).toEqual({ ok: true, problems: [] });
    await store.close();
  });

  test("names the damage of a page the opening did not read", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const store = await openStore({ path });
    await fill(store, "agent:main:a", 2_000);
    await store.close();
    const bytes = await readFile(path);
    const middle = Math.floor(bytes.length / 8192) * 4096;
    await writeFile(path, bytes.fill(0xaa, middle, middle + 4096));
    const damaged = await openStore({ path });
    const { ok, problems } = await damaged.verify();
    expect(ok).toBe(false);
    expect(problems.length).toBeGreaterThan(0);
    await damaged.close();
  });
});

describe("Store.backup", () => {
  test.for(["file", ":memory:"])(
    "writes a copy that opens by itself, also while commits go on (%s)",
    async (kind) => {
      await using folder = await tempFolder();
      const store = await openStore({ path: kind === "file" ? folder.file("state.sqlite") : kind });
      await fill(store, "agent:main:before", 2_000);
      const backup = store.backup(folder.file("copy.sqlite"));
      await fill(store, "agent:main:meanwhile", 10);
      await backup;
      const copy = await openStore({ path: folder.file("copy.sqlite") });
      expect(await copy.agents.transcript("agent:main:before")).toHaveLength(2_000);
      expect((await copy.verify()).ok).toBe(true);
      await Promise.all([copy.close(), store.close()]);
    },
  );

  test("replaces an older copy and leaves nothing else behind", async () => {
    await using folder = await tempFolder();
    const store = await openStore({ path: folder.file("state/state.sqlite") });
    await writeFile(folder.file("copy.sqlite"), "older");
    await store.backup(folder.file("copy.sqlite"));
    expect((await readFile(folder.file("copy.sqlite"))).subarray(0, 15).toString()).toBe("SQLite format 3");
    expect(await readdir(folder.file("."))).toEqual(["copy.sqlite", "state"]);
    await store.close();
  });

  test("keeps the older copy when it cannot write, and refuses to replace the state file", async () => {
    await using folder = await tempFolder();
    const store = await openStore({ path: folder.file("state.sqlite") });
    await writeFile(folder.file("plain"), "older");
    await expect(store.backup(folder.file("plain/copy"))).rejects.toMatchObject({ name: "StoreError" });
    expect(await readFile(folder.file("plain"), "utf8")).toBe("older");
    await expect(store.backup(store.path)).rejects.toMatchObject({ code: "conflict" });
    await store.close();
  });
});

describe("Store.vacuum", () => {
  test("gives the space of deleted records back and keeps the others", async () => {
    await using folder = await tempFolder();
    const store = await openStore({ path: folder.file("state.sqlite") });
    await fill(store, "agent:main:deleted", 5_000);
    await fill(store, "agent:main:kept", 10);
    await store.agents.commit([{ type: "session.delete", key: "agent:main:deleted" }]);
    const vacuumed = async () => {
      await store.vacuum();
      return (await stat(store.path)).size;
    };
    await expect.poll(vacuumed).toBeLessThan(200_000);
    expect(await store.agents.transcript("agent:main:kept")).toHaveLength(10);
    await store.close();
  });

  test("lets reads go on and commits wait for it", async () => {
    await using folder = await tempFolder();
    const commits: number[] = [];
    const store = await openStore({
      path: folder.file("state.sqlite"),
      onTransaction: (report) => commits.push(report.committed),
    });
    await fill(store, "agent:main:a", 2_000);
    let isOver = false;
    const vacuum = store.vacuum().then(() => (isOver = true));
    const later = fill(store, "agent:main:b", 1);
    while (!isOver) {
      expect(await store.agents.transcript("agent:main:a", { limit: 3 })).toHaveLength(3);
      expect(commits).toHaveLength(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([vacuum, later]);
    expect(await store.agents.transcript("agent:main:b")).toHaveLength(1);
    await store.close();
  });

  test("is finished before the store closes", async () => {
    await using folder = await tempFolder();
    const store = await openStore({ path: folder.file("state.sqlite") });
    await fill(store, "agent:main:a", 100);
    const done: string[] = [];
    const vacuum = store.vacuum().then(() => done.push("vacuum"));
    await store.close().then(() => done.push("close"));
    await vacuum;
    expect(done).toEqual(["vacuum", "close"]);
  });
});
