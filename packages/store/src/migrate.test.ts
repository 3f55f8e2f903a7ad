import { describe, expect, test } from "vitest";
import { migrate, type Migration } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/list.ts";
import { Database, loadDriver } from "./sqlite/database.ts";

const driver = await loadDriver();
const empty = () => new Database(driver, ":memory:");

const STEPS: readonly Migration[] = [
  { name: "one", sql: "CREATE TABLE one (a TEXT)" },
  { name: "two", sql: "ALTER TABLE one ADD COLUMN b TEXT; CREATE TABLE two (c TEXT)" },
];

function schema(database: Database): unknown[] {
  return database.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").flat();
}

function version(database: Database): unknown {
  return database.rows("PRAGMA user_version")[0]?.[0];
}

describe("migrate", () => {
  test("takes every step on an empty file", () => {
    const database = empty();
    expect(migrate(database, STEPS)).toEqual(["one", "two"]);
    expect(version(database)).toBe(2);
  });

  test("takes only the missing steps, and none the second time", () => {
    const database = empty();
    migrate(database, STEPS.slice(0, 1));
    expect(migrate(database, STEPS)).toEqual(["two"]);
    expect(migrate(database, STEPS)).toEqual([]);
  });

  test("undoes a failing step whole and keeps the version before it", () => {
    const database = empty();
    migrate(database, STEPS.slice(0, 1));
    const broken = [
      ...STEPS.slice(0, 1),
      { name: "bad", sql: "CREATE TABLE kept (a TEXT); CREATE TABLE one (a TEXT)" },
    ];
    expect(() => migrate(database, broken)).toThrow(/already exists/);
    expect(version(database)).toBe(1);
    expect(schema(database)).toEqual(["CREATE TABLE one (a TEXT)"]);
    expect(migrate(database, STEPS)).toEqual(["two"]);
  });

  test("refuses a newer file without changing it", () => {
    const database = empty();
    migrate(database, STEPS);
    expect(() => migrate(database, STEPS.slice(0, 1))).toThrow(
      expect.objectContaining({ code: "newer_version", message: expect.stringContaining("2") }),
    );
    expect(version(database)).toBe(2);
  });

  test("refuses a database of another program without changing it", () => {
    const database = empty();
    database.exec("CREATE TABLE theirs (a TEXT)");
    expect(() => migrate(database, STEPS)).toThrow(expect.objectContaining({ code: "not_a_store" }));
    expect(schema(database)).toEqual(["CREATE TABLE theirs (a TEXT)"]);
  });
});

describe("MIGRATIONS", () => {
  const current = empty();
  migrate(current, MIGRATIONS);

  for (let from = 0; from <= MIGRATIONS.length; from += 1) {
    test(`lead from version ${from} to the current schema`, () => {
      const database = empty();
      migrate(database, MIGRATIONS.slice(0, from));
      migrate(database, MIGRATIONS);
      expect(version(database)).toBe(MIGRATIONS.length);
      expect(schema(database)).toEqual(schema(current));
    });
  }

  test("measure the transcripts there are, and let the time of those nobody uses begin now", () => {
    const database = empty();
    migrate(database, MIGRATIONS.slice(0, 4));
    database.exec(`
      INSERT INTO sessions VALUES ('k', 'used', 'main', 1, 'session', NULL, NULL, '', '{}');
      INSERT INTO transcripts VALUES (1, 'used'), (2, 'old'), (3, 'used.bak.2026'), (4, NULL);
      INSERT INTO transcript_lines (transcript_id, line) VALUES (1, 'ü'), (1, 'x'), (2, 'yy')`);
    const before = Date.now();
    migrate(database, MIGRATIONS);
    const rows = database.rows("SELECT session_id, bytes, left_as, left_at FROM transcripts ORDER BY id");
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ["used", 3, null],
      ["old", 2, "reset"],
      ["used.bak.2026", 0, "cut"],
      [null, 0, null],
    ]);
    const [used, old] = rows.map((row) => row[3]);
    expect(used).toBeNull();
    // SQLite counts whole seconds.
    expect(Number(old)).toBeGreaterThan(before - 1_001);
  });
});
