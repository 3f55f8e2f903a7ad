import { describe, expect, test } from "vitest";
import { memoryDatabase } from "../../test/database.ts";
import { tempFolder } from "../../test/temp-folder.ts";
import { openStore } from "../open-store.ts";
import { GroupCommit } from "../sqlite/group-commit.ts";
import { type AuditQuery, type AuditStore, SqliteAuditStore } from "./audit-store.ts";

const DAY_MS = 86_400_000;
const fill = async (audit: AuditStore, ...records: readonly (readonly [ts: number, kind: string])[]) => {
  for (const [ts, kind] of records) await audit.append({ ts, kind, actor: "shared" });
};
const idsOf = async (audit: AuditStore, query: Partial<AuditQuery> = {}) =>
  (await audit.list({ limit: 100, ...query })).map(({ id }) => id);

describe("the audit log", () => {
  test("is what was appended, the newest first, over a restart", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const before = await openStore({ path });
    await before.audit.append({ ts: 1, kind: "config.written", detail: { paths: ["a.b"] } });
    await before.audit.append({ ts: 2, kind: "auth.failed" });
    await before.close();
    const after = await openStore({ path });
    expect(await after.audit.list({ limit: 10 })).toEqual([
      { id: 2, ts: 2, kind: "auth.failed" },
      { id: 1, ts: 1, kind: "config.written", detail: { paths: ["a.b"] } },
    ]);
    await after.close();
  });

  test("is read by kind, by time, and page by page", async () => {
    await using store = await memory();
    await fill(store.audit, [10, "a"], [20, "b"], [30, "a"], [40, "b"], [50, "a"]);
    expect(await idsOf(store.audit)).toEqual([5, 4, 3, 2, 1]);
    expect(await idsOf(store.audit, { kind: "a" })).toEqual([5, 3, 1]);
    expect(await idsOf(store.audit, { since: 30 })).toEqual([5, 4, 3]);
    expect(await idsOf(store.audit, { since: 31, kind: "a" })).toEqual([5]);
    expect(await idsOf(store.audit, { since: 51 })).toEqual([]);
    expect(await idsOf(store.audit, { limit: 2 })).toEqual([5, 4]);
    expect(await idsOf(store.audit, { limit: 2, before: 4 })).toEqual([3, 2]);
  });

  test("loses what is older than 90 days, and gives no number out again", async () => {
    await using folder = await tempFolder();
    const path = folder.file("state.sqlite");
    const first = await openStore({ path });
    await fill(first.audit, [1, "old"], [2, "old"], [3, "old"]);
    await first.close();
    const second = await openStore({ path });
    await fill(second.audit, [3 + 90 * DAY_MS, "new"]);
    expect(await idsOf(second.audit)).toEqual([4, 3]);
    await second.close();
    const third = await openStore({ path });
    await fill(third.audit, [300 * DAY_MS, "newer"]);
    expect(await idsOf(third.audit)).toEqual([5]);
    await third.close();
  });

  test("keeps the newest 100,000, and removes the rest a little at a time", { timeout: 60_000 }, async () => {
    const database = await memoryDatabase();
    database.exec(`
      WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 102500)
      INSERT INTO audit_log (ts, kind, entry) SELECT id, 'old', '{}' FROM ids`);
    const audit = new SqliteAuditStore(database, new GroupCommit(database));
    const count = () => database.rows("SELECT count(*), min(id), max(id) FROM audit_log")[0];
    await audit.append({ ts: 102_501, kind: "new" });
    // The first one looks, and takes no more than a short commit's worth.
    expect(count()).toEqual([101_501, 1_001, 102_501]);
    for (let added = 0; added < 2_000; added += 50) {
      await Promise.all(Array.from({ length: 50 }, () => audit.append({ ts: 102_502, kind: "new" })));
    }
    const [total = 0, oldest = 0, newest = 0] = (count() ?? []).map(Number);
    expect(newest).toBe(104_501);
    // Between two looks there are a few more.
    expect(total).toBeGreaterThanOrEqual(100_000);
    expect(total).toBeLessThan(100_500);
    expect(total).toBe(newest - oldest + 1);
  });
});

async function memory() {
  const store = await openStore({ path: ":memory:" });
  return { audit: store.audit, [Symbol.asyncDispose]: () => store.close() };
}
