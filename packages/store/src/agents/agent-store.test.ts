import {
  agentStoreContract,
  createMemoryStore,
  sampleEntry,
  sampleLine,
  sampleRun,
} from "@openclaw/agents/testing";
import type { AgentStore, AgentWrite } from "@openclaw/agents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryDatabase } from "../../test/database.ts";
import { openStore } from "../open-store.ts";
import { GroupCommit } from "../sqlite/group-commit.ts";
import { SqliteAgentStore } from "./agent-store.ts";

async function open() {
  const database = await memoryDatabase();
  return { database, store: new SqliteAgentStore(database, new GroupCommit(database)) };
}

const count = (database: Awaited<ReturnType<typeof memoryDatabase>>, table: string) =>
  database.rows(`SELECT count(*) FROM ${table}`)[0]?.[0];

describe("SqliteAgentStore", () => {
  const contract = agentStoreContract(
    async () => {
      const { agents, close } = await openStore({ path: ":memory:" });
      return Object.assign(agents, { close });
    },
    (store) => store.close(),
  );
  for (const { title, run } of contract) test(title, run);

  test("keeps what the writes held when commit was called", async () => {
    const { store } = await open();
    const origin = { label: "before" };
    const done = store.commit([{ type: "session.put", entry: sampleEntry("agent:main:a", { origin }) }]);
    origin.label = "after";
    await done;
    expect((await store.session("agent:main:a"))?.origin).toEqual({ label: "before" });
  });

  test("keeps nothing of a commit of which one write is refused", async () => {
    const { store } = await open();
    const refused = store.commit([
      { type: "session.put", entry: sampleEntry("agent:main:a") },
      { type: "session.put", entry: sampleEntry("agent:main:b", { updatedAt: Number.NaN }) },
    ]);
    await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "conflict" });
    expect(await store.session("agent:main:a")).toBeUndefined();
  });

  test("answers with the newest of two entries that share a session id", async () => {
    const { store } = await open();
    const base = sampleEntry("agent:main:cron:j", { sessionId: "s", updatedAt: 1 });
    const run = sampleEntry("agent:main:cron:j:run:s", { sessionId: "s", updatedAt: 2 });
    await store.commit([
      { type: "session.put", entry: base },
      { type: "session.put", entry: run },
    ]);
    expect((await store.sessionById("s"))?.key).toBe(run.key);
  });

  test("starts an empty transcript for a session id that was deleted, and frees the old lines", async () => {
    const { database, store } = await open();
    const lines = Array.from({ length: 1_200 }, (_, index) =>
      sampleLine(String(index).padStart(8, "0"), "old"),
    );
    await store.commit([
      { type: "session.put", entry: sampleEntry("agent:main:a", { sessionId: "s" }) },
      { type: "transcript.append", sessionId: "s", lines },
    ]);
    await store.commit([{ type: "session.delete", key: "agent:main:a" }]);
    await store.commit([
      { type: "transcript.append", sessionId: "s", lines: [sampleLine("ffffffff", "new")] },
    ]);
    expect(await store.transcript("s")).toEqual([sampleLine("ffffffff", "new")]);
    await expect.poll(() => count(database, "transcript_lines")).toBe(1);
    expect(count(database, "transcripts")).toBe(1);
  });

  test("goes on freeing deleted lines where an earlier process stopped", async () => {
    const { database, store } = await open();
    await store.commit([{ type: "transcript.append", sessionId: "s", lines: [sampleLine("00000001", "x")] }]);
    database.exec("UPDATE transcripts SET session_id = NULL");
    store.purgeDeleted();
    await expect.poll(() => count(database, "transcripts")).toBe(0);
  });

  test("reports a record that is not JSON as corrupt", async () => {
    const { database, store } = await open();
    await store.commit([{ type: "session.put", entry: sampleEntry("agent:main:a") }]);
    database.exec("UPDATE sessions SET entry = '{torn'");
    await expect(store.session("agent:main:a")).rejects.toMatchObject({ code: "corrupt" });
  });

  test("answers every query from an index, without sorting or walking a table", async () => {
    const database = await memoryDatabase();
    const statements: string[] = [];
    const prepare = database.statement.bind(database);
    database.statement = (sql) => {
      statements.push(sql);
      return prepare(sql);
    };
    const store = new SqliteAgentStore(database, new GroupCommit(database));
    await store.sessions({ limit: 50 });
    await store.sessions({ limit: 50, agentId: "main" });
    await store.sessions({ limit: 50, updatedAfter: 5 });
    await store.storedTotals();
    const isSlow = /TEMP B-TREE|^SCAN (sessions|transcripts|transcript_lines|runs)\b(?!.*USING)/;
    const queries = statements.filter((sql) => /^\s*(SELECT|DELETE|UPDATE)/.test(sql));
    expect(queries.length).toBeGreaterThan(12);
    for (const sql of queries) {
      const values = Array.from(sql.matchAll(/\?/g), () => null);
      const plan = database.rows(`EXPLAIN QUERY PLAN ${sql}`, values).map((row) => String(row[3]));
      const slow = plan.filter((step) => isSlow.test(step));
      expect({ sql, slow }).toEqual({ sql, slow: [] });
    }
  });
});

const KEYS = ["agent:main:main", "agent:main:a", "agent:beta:main", "global", "agent:main:cron:j:run:s"];
const RUN_IDS = ["r1", "r2", "r3"];
const key = fc.constantFrom(...KEYS);
const sessionId = fc.constantFrom("s1", "s2", "s3");
const time = fc.integer({ min: 0, max: 1_000_000 });
const words = fc.constantFrom("Work", "buy MILK", "100%_", "");

const write: fc.Arbitrary<AgentWrite> = fc.oneof(
  fc.record({ key, sessionId, time, words }).map(({ key, sessionId, time, words }): AgentWrite => ({
    type: "session.put",
    entry: sampleEntry(key, {
      sessionId,
      updatedAt: time,
      agentId: key.split(":")[1] ?? "main",
      label: words,
    }),
  })),
  key.map((key): AgentWrite => ({ type: "session.delete", key })),
  fc
    .record({ key, time })
    .map(({ key, time }): AgentWrite => ({ type: "session.delete", key, keptAt: time })),
  sessionId.map((sessionId): AgentWrite => ({ type: "archive.delete", sessionId })),
  fc
    .record({ sessionId, ids: fc.array(fc.constantFrom("00000001", "00000002"), { maxLength: 4 }) })
    .map(({ sessionId, ids }): AgentWrite => ({
      type: "transcript.append",
      sessionId,
      lines: ids.map((id) => sampleLine(id, `line ${id}`)),
    })),
  fc
    .record({ runId: fc.constantFrom(...RUN_IDS), principal: fc.constantFrom("p1", "p2"), time })
    .map(({ runId, principal, time }): AgentWrite => ({
      type: "run.put",
      run: sampleRun(runId, {
        principal,
        ...(time % 2 ? { state: "ok", endedAt: time } : { acceptedAt: time }),
      }),
    })),
  fc
    .record({ endedBefore: time, keep: fc.nat(3), keepPerPrincipal: fc.nat(2) })
    .map((limits): AgentWrite => ({ type: "runs.prune", ...limits })),
);

/** A write the schema refuses, by which its whole commit fails. */
const refused: AgentWrite = {
  type: "session.put",
  entry: sampleEntry("agent:main:x", { updatedAt: Number.NaN }),
};

const commit = fc.record({
  writes: fc.array(write, { maxLength: 5 }),
  fails: fc.boolean(),
  waits: fc.boolean(),
});

/** Everything a caller can see, in one value. */
async function view(store: AgentStore): Promise<unknown> {
  const all = { includeGlobal: true, includeUnknown: true, includeCronRuns: true };
  return {
    sessions: await Promise.all(KEYS.map((key) => store.session(key))),
    lists: await Promise.all(
      [
        all,
        {},
        { ...all, agentId: "beta" },
        { search: "milk" },
        { label: "Work" },
        { limit: 1, offset: 1 },
      ].map((query) => store.sessions(query)),
    ),
    stored: await store.storedSessions({ limit: 3, offset: 1 }),
    archives: new Set(
      (await store.archives({ limit: 9, offset: 0 })).map((archive) => JSON.stringify(archive)),
    ),
    totals: await totals(store),
    transcripts: await Promise.all(["s1", "s2", "s3"].map((id) => store.transcript(id, { limit: 7 }))),
    runs: await Promise.all(
      RUN_IDS.flatMap((id) => ["p1", "p2"].map((principal) => store.run(principal, id))),
    ),
    unfinished: (await store.unfinishedRuns()).map((run) => run.acceptedAt),
  };
}

async function totals(store: AgentStore): Promise<unknown> {
  const { sessions, ...rest } = await store.storedTotals();
  return { ...rest, sessions: new Map(sessions.map(({ agentId, count }) => [agentId, count])) };
}

describe("commits in any interleaving", () => {
  test("leave what the same commits leave one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { maxLength: 20 }), async (commits) => {
        const { store } = await open();
        const model = createMemoryStore();
        const pending: Promise<unknown>[] = [];
        for (const { writes, fails, waits } of commits) {
          if (fails) pending.push(expect(store.commit([...writes, refused])).rejects.toThrow());
          else pending.push(store.commit(writes), model.commit(writes));
          if (waits) await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(pending);
        expect(await view(store)).toEqual(await view(model));
      }),
      { seed: 20261122, numRuns: 150 },
    );
  });
});
