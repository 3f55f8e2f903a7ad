import assert from "node:assert/strict";
import type { AgentStore, StoredPage, TranscriptQuery } from "../store.ts";
import type { SessionEntry } from "../sessions/entry.ts";
import { sampleEntry, sampleLine, sampleRun, sampleUsage } from "./samples.ts";

/** A behaviour every store must show. */
export interface ContractCase {
  readonly title: string;
  run(): Promise<void>;
}

/**
 * The behaviours of `AgentStore`, for any test runner: `for (const c of agentStoreContract(open)) test(c.title, c.run)`.
 * `open` gives an empty store for each case; `close`, if given, is called with it afterwards.
 */
export function agentStoreContract<S extends AgentStore>(
  open: () => S | Promise<S>,
  close?: (store: S) => Promise<void> | void,
): readonly ContractCase[] {
  return Object.entries(CASES).map(([title, check]) => ({
    title,
    async run() {
      const store = await open();
      try {
        await check(store);
      } finally {
        await close?.(store);
      }
    },
  }));
}

const HOUR = 3_600_000;
const PAGE: StoredPage = { limit: 100, offset: 0 };

/** As stored. */
function sizeOf(...lines: readonly object[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)), 0);
}

const CASES: Readonly<Record<string, (store: AgentStore) => Promise<void>>> = {
  "knows nothing at first": async (store) => {
    assert.equal(await store.session("agent:main:main"), undefined);
    assert.equal(await store.sessionById("s1"), undefined);
    assert.deepEqual(await store.sessions(), { entries: [], total: 0 });
    assert.deepEqual(await store.transcript("s1"), []);
    assert.equal(await store.run("p1", "r1"), undefined);
    assert.deepEqual(await store.runsById("r1"), []);
    assert.deepEqual(await store.unfinishedRuns(), []);
    assert.equal(await store.transcriptLength("s1"), 0);
    assert.deepEqual(await store.usage({ from: 0, to: Date.now() }), []);
    assert.deepEqual(await store.storedSessions(PAGE), []);
    assert.deepEqual(await store.archives(PAGE), []);
    assert.deepEqual(await store.storedTotals(), { sessions: [], archives: 0, bytes: 0 });
  },
  "gives an entry back whole, fields it does not know included": async (store) => {
    const entry = sampleEntry("agent:main:a", { sessionId: "s1", someday: { deep: [1, null, "x"] } });
    await store.commit([{ type: "session.put", entry }]);
    assert.deepEqual(await store.session("agent:main:a"), entry);
    assert.deepEqual(await store.sessionById("s1"), entry);
  },
  "replaces an entry and forgets its former session id": async (store) => {
    await store.commit([{ type: "session.put", entry: sampleEntry("agent:main:a", { sessionId: "s1" }) }]);
    await store.commit([{ type: "session.put", entry: sampleEntry("agent:main:a", { sessionId: "s2" }) }]);
    assert.equal(await store.sessionById("s1"), undefined);
    assert.equal((await store.sessions()).total, 1);
  },
  "deletes an entry together with its transcript": async (store) => {
    await store.commit([
      { type: "session.put", entry: sampleEntry("agent:main:a", { sessionId: "s1" }) },
      { type: "transcript.append", sessionId: "s1", lines: [sampleLine("00000001", "hi")] },
    ]);
    await store.commit([{ type: "session.delete", key: "agent:main:a" }]);
    assert.equal(await store.session("agent:main:a"), undefined);
    assert.deepEqual(await store.transcript("s1"), []);
  },
  "keeps the transcript of a deleted entry when asked": async (store) => {
    const line = sampleLine("00000001", "hi");
    await store.commit([
      { type: "session.put", entry: sampleEntry("agent:main:a", { sessionId: "s1" }) },
      { type: "transcript.append", sessionId: "s1", lines: [line] },
    ]);
    await store.commit([{ type: "session.delete", key: "agent:main:a", keptAt: 7 }]);
    assert.equal(await store.session("agent:main:a"), undefined);
    assert.deepEqual(await store.transcript("s1"), [line]);
    const left = { leftAs: "deleted", leftAt: 7 } as const;
    assert.deepEqual(await store.archives(PAGE), [{ sessionId: "s1", ...left, bytes: sizeOf(line) }]);
  },
  "keeps a transcript that another session shares, whatever becomes of the first": async (store) => {
    const line = sampleLine("00000001", "hi");
    const [job, run] = ["agent:main:cron:j", "agent:main:cron:j:run:s1"].map((key) =>
      sampleEntry(key, { sessionId: "s1" }),
    ) as [SessionEntry, SessionEntry];
    await store.commit([
      { type: "session.put", entry: job },
      { type: "session.put", entry: run },
      { type: "transcript.append", sessionId: "s1", lines: [line] },
    ]);
    await store.commit([{ type: "archive.delete", sessionId: "s1" }]);
    await store.commit([{ type: "session.delete", key: run.key, keptAt: 7 }]);
    assert.deepEqual(await store.archives(PAGE), []);
    assert.deepEqual(await store.transcript("s1"), [line]);
    await store.commit([{ type: "session.delete", key: job.key }]);
    assert.deepEqual(await store.transcript("s1"), []);
  },
  "takes the transcript of a former session id for an archive since its session went on": async (store) => {
    const [old, fresh] = [sampleLine("00000001", "old"), sampleLine("00000002", "neu: ü")];
    const entry = sampleEntry("agent:main:a", { sessionId: "s1", updatedAt: 5 });
    await store.commit([
      { type: "session.put", entry },
      { type: "transcript.append", sessionId: "s1", lines: [old, fresh] },
    ]);
    assert.deepEqual(await store.archives(PAGE), []);
    await store.commit([
      { type: "session.put", entry: { ...entry, sessionId: "s2", updatedAt: 9 } },
      { type: "transcript.append", sessionId: "s2", lines: [fresh] },
    ]);
    const bytes = sizeOf(old, fresh);
    const archive = { sessionId: "s1", leftAs: "reset", leftAt: 9, bytes } as const;
    assert.deepEqual(await store.archives(PAGE), [archive]);
    const { key, agentId } = entry;
    const session = { key, sessionId: "s2", agentId, updatedAt: 9, bytes: sizeOf(fresh) };
    assert.deepEqual(await store.storedSessions(PAGE), [session]);
    assert.deepEqual(await store.storedTotals(), {
      sessions: [{ agentId: "main", count: 1 }],
      archives: 1,
      bytes: bytes + sizeOf(fresh),
    });
    await store.commit([{ type: "archive.delete", sessionId: "s1" }]);
    assert.deepEqual(await store.transcript("s1"), []);
    assert.deepEqual(await store.transcript("s2"), [fresh]);
    assert.deepEqual(await store.archives(PAGE), []);
    assert.equal((await store.storedTotals()).bytes, sizeOf(fresh));
  },
  "lists sessions of every kind from the least recently updated one on, and archives from the first left":
    async (store) => {
      const keys = ["global", "unknown", "agent:main:cron:j:run:s", "agent:b:x"];
      for (const [index, key] of keys.entries()) {
        const entry = sampleEntry(key, { updatedAt: 10 - index, agentId: index === 3 ? "b" : "main" });
        await store.commit([
          { type: "session.put", entry },
          { type: "transcript.append", sessionId: `old-${index}`, lines: [sampleLine("00000001", "x")] },
          { type: "transcript.archive", sessionId: `old-${index}`, as: `old-${index}.bak`, at: 10 - index },
        ]);
      }
      const listed = async (page: StoredPage): Promise<string[]> =>
        (await store.storedSessions(page)).map(({ key }) => key);
      assert.deepEqual(await listed(PAGE), keys.toReversed());
      assert.deepEqual(await listed({ limit: 2, offset: 1 }), keys.toReversed().slice(1, 3));
      const left = await store.archives({ limit: 2, offset: 1 });
      assert.deepEqual(
        left.map(({ sessionId, leftAs, leftAt }) => [sessionId, leftAs, leftAt]),
        [
          ["old-2.bak", "cut", 8],
          ["old-1.bak", "cut", 9],
        ],
      );
      const { sessions, archives } = await store.storedTotals();
      assert.deepEqual(
        new Set(sessions.map(({ agentId, count }) => `${agentId} ${count}`)),
        new Set(["main 3", "b 1"]),
      );
      assert.equal(archives, 4);
    },
  "keeps an archived transcript beside the one that takes its place": async (store) => {
    const [old, kept] = [sampleLine("00000001", "old"), sampleLine("00000002", "kept")];
    await store.commit([{ type: "transcript.append", sessionId: "s1", lines: [old, kept] }]);
    await store.commit([
      { type: "transcript.archive", sessionId: "s1", as: "s1.bak", at: 5 },
      { type: "transcript.append", sessionId: "s1", lines: [kept] },
    ]);
    assert.deepEqual(await store.transcript("s1"), [kept]);
    assert.deepEqual(await store.transcript("s1.bak"), [old, kept]);
    await store.commit([{ type: "transcript.archive", sessionId: "nosuch", as: "nosuch.bak", at: 5 }]);
    assert.deepEqual(await store.transcript("nosuch.bak"), []);
  },
  "counts the lines of each transcript": async (store) => {
    const lines = ["00000001", "00000002"].map((id) => sampleLine(id, id));
    await store.commit([
      { type: "transcript.append", sessionId: "s1", lines },
      { type: "transcript.append", sessionId: "s2", lines: lines.slice(1) },
    ]);
    assert.equal(await store.transcriptLength("s1"), 2);
    assert.equal(await store.transcriptLength("s2"), 1);
  },
  "sums usage up by the hour": async (store) => {
    const add = (at: number, tokens: number, isPriced = true) =>
      ({ type: "usage.add", at, usage: sampleUsage(tokens), isPriced }) as const;
    await store.commit([add(HOUR + 1, 10), add(5 * HOUR, 1)]);
    await store.commit([add(2 * HOUR - 1, 20, false)]);
    const all = await store.usage({ from: 0, to: 6 * HOUR });
    assert.deepEqual(all, [
      {
        ...{ hour: HOUR, input: 30, output: 4, cacheRead: 6, cacheWrite: 0, missingCostEntries: 1 },
        ...{ inputCost: 7.5, outputCost: 1, cacheReadCost: 0, cacheWriteCost: 0 },
      },
      {
        ...{ hour: 5 * HOUR, input: 1, output: 2, cacheRead: 3, cacheWrite: 0, missingCostEntries: 0 },
        ...{ inputCost: 0.25, outputCost: 0.5, cacheReadCost: 0, cacheWriteCost: 0 },
      },
    ]);
    assert.deepEqual(await store.usage({ from: HOUR, to: 5 * HOUR }), all.slice(0, 1));
    assert.deepEqual(await store.usage({ from: HOUR + 1, to: 5 * HOUR }), []);
  },
  "keeps transcript lines in the order they were appended and cuts to the newest": async (store) => {
    const ids = ["00000001", "00000002", "00000003"];
    for (const id of ids) {
      await store.commit([{ type: "transcript.append", sessionId: "s1", lines: [sampleLine(id, id)] }]);
    }
    await store.commit([
      { type: "transcript.append", sessionId: "s2", lines: [sampleLine("ffffffff", "x")] },
    ]);
    const all = await store.transcript("s1");
    assert.deepEqual(
      all,
      ids.map((id) => sampleLine(id, id)),
    );
    assert.deepEqual(await store.transcript("s1", { limit: 2 }), all.slice(1));
    assert.deepEqual(await store.transcript("s1", { limit: 9 }), all);
    assert.deepEqual(await store.transcript("s1", { limit: 0 }), []);
  },
  "leaves out the newest lines of a transcript, and old ones that are too many bytes": async (store) => {
    // The sizes are counted as stored: "ü" is two bytes.
    const lines = ["a", "b", "ü".repeat(500), "c"].map((text, index) => sampleLine(`0000000${index}`, text));
    await store.commit([{ type: "transcript.append", sessionId: "s1", lines }]);
    const bytes = lines.map((line) => Buffer.byteLength(JSON.stringify(line)));
    const ids = async (query: TranscriptQuery): Promise<string[]> =>
      (await store.transcript("s1", query)).map(({ id }) => id.slice(-1));
    assert.deepEqual(await ids({ offset: 1 }), ["0", "1", "2"]);
    assert.deepEqual(await ids({ limit: 2, offset: 1 }), ["1", "2"]);
    assert.deepEqual(await ids({ offset: 4 }), []);
    assert.deepEqual(await ids({ offset: 9, maxBytes: 1 }), []);
    const [, , third = 0, newest = 0] = bytes;
    assert.deepEqual(await ids({ maxBytes: newest + third - 1 }), ["3"]);
    assert.deepEqual(await ids({ maxBytes: newest + third }), ["2", "3"]);
    assert.deepEqual(await ids({ maxBytes: 1 }), ["3"]);
    assert.deepEqual(await ids({ offset: 1, maxBytes: third - 1 }), ["2"]);
    assert.deepEqual(await ids({ limit: 1, maxBytes: 100_000 }), ["3"]);
    assert.deepEqual(await ids({ limit: 0, maxBytes: 100_000 }), []);
  },
  "accepts two lines of one transcript with the same id": async (store) => {
    const line = sampleLine("00000001", "hi");
    await store.commit([{ type: "transcript.append", sessionId: "s1", lines: [line, line] }]);
    assert.deepEqual(await store.transcript("s1"), [line, line]);
  },
  "applies commits in the order they were called": async (store) => {
    const commits = Array.from({ length: 50 }, (_, index) =>
      store.commit([
        {
          type: "transcript.append",
          sessionId: "s1",
          lines: [sampleLine(String(index).padStart(8, "0"), "x")],
        },
        { type: "session.put", entry: sampleEntry("agent:main:a", { updatedAt: index }) },
      ]),
    );
    await Promise.all(commits);
    const ids = (await store.transcript("s1")).map((line) => Number(line.id));
    assert.deepEqual(
      ids,
      Array.from({ length: 50 }, (_, index) => index),
    );
    assert.equal((await store.session("agent:main:a"))?.updatedAt, 49);
  },
  "lists sessions newest first, a page at a time, with the count of all": async (store) => {
    const entries = [1, 2, 3].map((at) => sampleEntry(`agent:main:k${at}`, { updatedAt: at }));
    await store.commit(entries.map((entry) => ({ type: "session.put", entry }) as const));
    const page = await store.sessions({ limit: 1, offset: 1 });
    assert.deepEqual(
      page.entries.map((entry) => entry.key),
      ["agent:main:k2"],
    );
    assert.equal(page.total, 3);
  },
  "filters sessions by agent, time, label, parent and text": async (store) => {
    await store.commit([
      {
        type: "session.put",
        entry: sampleEntry("agent:main:a", { updatedAt: 5, label: "Work", spawnedBy: "x" }),
      },
      { type: "session.put", entry: sampleEntry("agent:beta:b", { agentId: "beta", titleText: "Buy MILK" }) },
    ]);
    const keys = async (query: Parameters<AgentStore["sessions"]>[0]): Promise<string[]> =>
      (await store.sessions(query)).entries.map((entry) => entry.key);
    assert.deepEqual(await keys({ agentId: "beta" }), ["agent:beta:b"]);
    assert.deepEqual(await keys({ updatedAfter: 1 }), ["agent:main:a"]);
    assert.deepEqual(await keys({ label: "Work" }), ["agent:main:a"]);
    assert.deepEqual(await keys({ spawnedBy: "x" }), ["agent:main:a"]);
    assert.deepEqual(await keys({ search: "milk" }), ["agent:beta:b"]);
    assert.deepEqual(await keys({ search: "100%_" }), []);
  },
  "hides the global, unknown and cron-run sessions unless asked": async (store) => {
    const hidden = ["global", "unknown", "agent:main:cron:job:run:id"];
    for (const key of hidden) await store.commit([{ type: "session.put", entry: sampleEntry(key) }]);
    assert.equal((await store.sessions()).total, 0);
    const all = { includeGlobal: true, includeUnknown: true, includeCronRuns: true };
    assert.equal((await store.sessions(all)).total, 3);
    assert.equal((await store.sessions({ includeGlobal: true })).entries[0]?.key, "global");
  },
  "keeps runs of two principals with the same id apart": async (store) => {
    const mine = sampleRun("r1");
    const theirs = sampleRun("r1", { principal: "p2", acceptedAt: 2 });
    await store.commit([
      { type: "run.put", run: mine },
      { type: "run.put", run: theirs },
    ]);
    assert.deepEqual(await store.run("p1", "r1"), mine);
    assert.deepEqual(await store.run("p2", "r1"), theirs);
    assert.equal((await store.runsById("r1")).length, 2);
  },
  "lists unfinished runs by acceptance and drops those that ended": async (store) => {
    await store.commit([
      { type: "run.put", run: sampleRun("late", { acceptedAt: 9 }) },
      { type: "run.put", run: sampleRun("early", { acceptedAt: 3, state: "running" }) },
      { type: "run.put", run: sampleRun("over", { state: "ok", endedAt: 4 }) },
    ]);
    assert.deepEqual(
      (await store.unfinishedRuns()).map((run) => run.runId),
      ["early", "late"],
    );
    await store.commit([{ type: "run.put", run: sampleRun("early", { state: "error", endedAt: 10 }) }]);
    assert.deepEqual(
      (await store.unfinishedRuns()).map((run) => run.runId),
      ["late"],
    );
  },
  "prunes old and surplus finished runs, never unfinished ones": async (store) => {
    const runs = [1, 2, 3, 4].map((at) => sampleRun(`r${at}`, { state: "ok", endedAt: at }));
    await store.commit([...runs, sampleRun("live")].map((run) => ({ type: "run.put", run }) as const));
    await store.commit([{ type: "runs.prune", endedBefore: 2, keep: 2, keepPerPrincipal: 9 }]);
    const left = await Promise.all(["r1", "r2", "r3", "r4", "live"].map((id) => store.run("p1", id)));
    assert.deepEqual(
      left.map((run) => run?.runId),
      [undefined, undefined, "r3", "r4", "live"],
    );
  },
  "T-DOS-08 prunes a principal's flood before anybody else's runs": async (store) => {
    const flood = [5, 6, 7, 8].map((at) => sampleRun(`f${at}`, { state: "ok", endedAt: at }));
    const other = sampleRun("other", { principal: "p2", state: "ok", endedAt: 1 });
    await store.commit([...flood, other].map((run) => ({ type: "run.put", run }) as const));
    await store.commit([{ type: "runs.prune", endedBefore: 0, keep: 3, keepPerPrincipal: 2 }]);
    assert.equal((await store.run("p2", "other"))?.runId, "other");
    assert.equal(await store.run("p1", "f6"), undefined);
    assert.equal((await store.run("p1", "f7"))?.runId, "f7");
  },
  "keeps strange text as it is": async (store) => {
    const text = "'; drop table x; -- \u{1f9be} \u2028 \ud83d\ude00 \n\t\"";
    await store.commit([
      { type: "transcript.append", sessionId: text, lines: [sampleLine("00000001", text)] },
    ]);
    assert.deepEqual(await store.transcript(text), [sampleLine("00000001", text)]);
  },
};
