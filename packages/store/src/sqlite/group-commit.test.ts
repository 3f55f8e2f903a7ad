import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { memoryDatabase } from "../../test/database.ts";
import { tempFolder } from "../../test/temp-folder.ts";
import { Database, loadDriver } from "./database.ts";
import { GroupCommit, type GroupCommitOptions, type TransactionReport } from "./group-commit.ts";

async function setUp(options: GroupCommitOptions = {}) {
  const database = await memoryDatabase();
  database.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT");
  const reports: TransactionReport[] = [];
  const commits = new GroupCommit(database, { onTransaction: (report) => reports.push(report), ...options });
  const insert = database.statement("INSERT INTO notes (text) VALUES (?)");
  const add = (text: string) => commits.submit(() => insert.run(text));
  return { database, commits, reports, add, insert };
}

function notes(database: Database): unknown[] {
  return database.rows("SELECT text FROM notes ORDER BY id").map((row) => row[0]);
}

/** Advances by one millisecond whenever it is read. */
function tickingClock(): () => number {
  let now = 0;
  return () => now++;
}

describe("GroupCommit", () => {
  test("writes everything called in one turn in one transaction", async () => {
    const { reports, add } = await setUp({ budgetMs: 10_000 });
    await Promise.all(Array.from({ length: 50 }, (_, index) => add(`note ${index}`)));
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ committed: 50, failed: 0 });
  });

  test("keeps the order of the calls", async () => {
    const { database, add } = await setUp();
    const texts = Array.from({ length: 50 }, (_, index) => `note ${index}`);
    await Promise.all(texts.map(add));
    expect(notes(database)).toEqual(texts);
  });

  test("resolves to what the work returned", async () => {
    const { commits } = await setUp();
    expect(await commits.submit(() => ["a result"])).toEqual(["a result"]);
  });

  test("shows nothing of a commit before it resolves", async () => {
    const { database, add } = await setUp();
    const pending = add("later");
    expect(notes(database)).toEqual([]);
    await pending;
    expect(notes(database)).toEqual(["later"]);
  });

  test("undoes a failing commit whole and keeps the others of its transaction", async () => {
    const { database, commits, reports, add, insert } = await setUp();
    const results = await Promise.allSettled([
      add("first"),
      commits.submit(() => [insert.run("half"), insert.run("first")]),
      add("last"),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { name: "StoreError", code: "conflict" } });
    expect(notes(database)).toEqual(["first", "last"]);
    expect(reports).toMatchObject([{ committed: 2, failed: 1 }]);
  });

  test("closes a transaction that has used up its budget and goes on in the next turn", async () => {
    const { database, reports, add } = await setUp({ budgetMs: 3, clock: tickingClock() });
    await Promise.all(Array.from({ length: 10 }, (_, index) => add(`note ${index}`)));
    expect(reports.map((report) => report.committed)).toEqual([3, 3, 3, 1]);
    expect(notes(database)).toHaveLength(10);
  });

  test("lets the event loop turn between two transactions", async () => {
    const { reports, add } = await setUp({ budgetMs: 1, clock: tickingClock() });
    const seen: number[] = [];
    const all = Promise.all([add("a"), add("b"), add("c")]);
    const watch = () => {
      seen.push(reports.length);
      if (reports.length < 3) setImmediate(watch);
    };
    setImmediate(watch);
    await all;
    expect(new Set(seen).size).toBeGreaterThan(1);
  });

  test("rejects the commits of a transaction the disk had no room for, and only those", async () => {
    const { database, reports, add } = await setUp();
    await add("before");
    database.exec("PRAGMA max_page_count = 30");
    const results = await Promise.allSettled([add("small"), add("x".repeat(200_000))]);
    expect(results.some((result) => result.status === "rejected" && result.reason.code === "disk_full")).toBe(
      true,
    );
    expect(reports.at(-1)?.failed).toBeGreaterThan(0);
    database.exec("PRAGMA max_page_count = 100000");
    await add("after");
    expect(notes(database)).toEqual([
      "before",
      ...(results[0].status === "fulfilled" ? ["small"] : []),
      "after",
    ]);
  });

  test("rejects all that wait when a transaction cannot begin, then works again", async () => {
    const { database, reports, add } = await setUp();
    database.exec("BEGIN");
    const results = await Promise.allSettled([add("a"), add("b")]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(reports).toMatchObject([{ committed: 0, failed: 2, error: { name: "StoreError" } }]);
    await add("c");
    expect(notes(database)).toEqual(["c"]);
  });

  test("holds commits back while the file is in use elsewhere", async () => {
    const { commits, reports, add } = await setUp();
    let release = (): void => undefined;
    const paused = commits.pauseWhile(() => new Promise<void>((resolve) => (release = resolve)));
    const waiting = add("patient");
    await new Promise((resolve) => setImmediate(resolve));
    expect(reports).toEqual([]);
    release();
    await paused;
    await waiting;
    expect(reports).toHaveLength(1);
  });

  test("folds the log into the file in a turn after the commits, not within them", async () => {
    await using folder = await tempFolder();
    const path = folder.file("notes.sqlite");
    const database = new Database(await loadDriver(), path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE notes (text TEXT)");
    const commits = new GroupCommit(database, { budgetMs: 10_000 });
    const insert = database.statement("INSERT INTO notes VALUES (?)");
    const size = () => statSync(path).size;
    await Promise.all(Array.from({ length: 40 }, () => commits.submit(() => insert.run("x".repeat(4_000)))));
    const before = size();
    await expect.poll(size).toBeGreaterThan(before);
    database.close();
  });

  test("refuses commits beyond its cap and keeps those before", async () => {
    const { add } = await setUp();
    const waiting = Array.from({ length: 10_000 }, (_, index) => add(`note ${index}`));
    await expect(add("one too many")).rejects.toMatchObject({ code: "overloaded" });
    expect(await Promise.all(waiting)).toHaveLength(10_000);
  });

  test("refuses new commits after refuse() and drains the earlier ones", async () => {
    const { database, commits, add } = await setUp();
    const earlier = add("earlier");
    commits.refuse();
    await expect(add("later")).rejects.toMatchObject({ code: "closed" });
    await commits.drain();
    await earlier;
    expect(notes(database)).toEqual(["earlier"]);
  });
});
