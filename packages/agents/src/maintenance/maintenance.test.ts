import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SessionEvent } from "../sessions/session-news.ts";
import type { AgentWrite } from "../store.ts";
import {
  hangs,
  sampleEntry,
  sampleLine,
  scriptedModel,
  startTestAgents,
  type TestAgents,
  type TestAgentsOptions,
} from "../testing/index.ts";

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const DELAY_MS = 300_000;
const HOUR_MS = 3_600_000;

/** A session last used so many days ago, with one line. */
function session(key: string, ageDays: number, agentId = "main"): AgentWrite[] {
  const entry = sampleEntry(key, { agentId, updatedAt: NOW - ageDays * DAY });
  const lines = [sampleLine("00000001", `said in ${key}`)];
  return [
    { type: "session.put", entry },
    { type: "transcript.append", sessionId: entry.sessionId, lines },
  ];
}

async function started(o: TestAgentsOptions = {}): Promise<TestAgents> {
  return startTestAgents({ now: () => NOW, ...o });
}

const enforce = { session: { maintenance: { mode: "enforce" } } } as const;
const keysOf = async ({ store }: TestAgents) =>
  (await store.storedSessions({ limit: 9_999, offset: 0 })).map(({ key }) => key);
const idsOf = async ({ store }: TestAgents) =>
  (await store.archives({ limit: 9_999, offset: 0 })).map(({ sessionId }) => sessionId);

describe("cleanUp", () => {
  test("says what would go and touches nothing while the mode is warn", async () => {
    await using t = await started();
    await t.store.commit([...session("agent:main:old", 31), ...session("agent:main:new", 29)]);
    const told: SessionEvent[] = [];
    t.agents.sessions.onEvent((event) => told.push(event));
    const cleanup = await t.agents.cleanUp();
    expect(cleanup).toMatchObject({
      ...{ mode: "warn", applied: false, hasMore: false },
      removals: [{ type: "session", key: "agent:main:old", reason: "age", keepsTranscript: true }],
      before: { sessions: 2, archives: 0 },
      after: { sessions: 1, archives: 1 },
    });
    expect(cleanup.after.bytes).toBe(cleanup.before.bytes);
    expect(await keysOf(t)).toEqual(["agent:main:old", "agent:main:new"]);
    expect(told).toEqual([]);
  });

  test("removes an old session, keeps what was said in it as an archive, and tells who watches", async () => {
    await using t = await started({ config: enforce });
    await t.store.commit([...session("agent:main:old", 31), ...session("agent:main:new", 29)]);
    const told: SessionEvent[] = [];
    t.agents.sessions.onEvent((event) => told.push(event));
    const { after } = await t.agents.cleanUp();
    expect(await keysOf(t)).toEqual(["agent:main:new"]);
    expect(await idsOf(t)).toEqual(["id-of-agent:main:old"]);
    expect(await t.store.transcript("id-of-agent:main:old")).toHaveLength(1);
    const { sessions, ...totals } = await t.store.storedTotals();
    expect({ ...totals, sessions: sessions[0]?.count }).toEqual(after);
    expect(told).toEqual([
      {
        ...{ type: "changed", sessionKey: "agent:main:old", agentId: "main", ts: NOW },
        ...{ sessionId: "id-of-agent:main:old", change: { reason: "delete" } },
      },
    ]);
  });

  test("applies on demand in mode warn, and only looks on demand in mode enforce", async () => {
    await using t = await started();
    await t.store.commit(session("agent:main:old", 31));
    expect(await t.agents.cleanUp({ apply: true })).toMatchObject({ mode: "warn", applied: true });
    expect(await keysOf(t)).toEqual([]);
    await t.store.commit(session("agent:main:old", 31));
    t.setConfig(enforce);
    expect(await t.agents.cleanUp({ apply: false })).toMatchObject({ mode: "enforce", applied: false });
    expect(await keysOf(t)).toEqual(["agent:main:old"]);
  });

  test("keeps main sessions, whatever their age, and the one that is named", async () => {
    const agents = { list: [{ id: "main" }, { id: "ops" }] };
    await using t = await started({ config: { ...enforce, agents } });
    await t.store.commit([
      ...session("agent:main:main", 900),
      ...session("agent:ops:main", 900, "ops"),
      ...session("global", 900),
      ...session("agent:gone:main", 900, "gone"),
      ...session("agent:main:work", 900),
    ]);
    await t.agents.cleanUp({ activeKey: "WORK" });
    expect(new Set(await keysOf(t))).toEqual(
      new Set(["agent:main:main", "agent:ops:main", "global", "agent:main:work"]),
    );
    await expect(t.agents.cleanUp({ activeKey: "agent:nobody:x" })).rejects.toMatchObject({
      code: "unknown_agent",
    });
  });

  test("keeps sessions with a run, with runs that wait, and with notes for their next message", async () => {
    const model = { id: "m", api: "openai-completions" };
    const providers = { p: { baseUrl: "http://127.0.0.1:1/v1", apiKey: "k", models: [model] } };
    // So short that everything is too old at once.
    const rules = { session: { maintenance: { mode: "enforce", pruneAfter: "1ms" } } } as const;
    let now = NOW;
    await using t = await startTestAgents({
      now: () => now,
      config: { ...rules, models: { providers }, agents: { defaults: { model: "p/m" } } },
      providers: { "openai-completions": scriptedModel(hangs(["thinking"])) },
    });
    const [busy, other] = [await t.accept({ sessionKey: "busy" }), await t.accept({ sessionKey: "queue" })];
    await t.accept({ sessionKey: "queue" });
    await t.store.commit([...session("agent:main:noted", 1), ...session("agent:main:idle", 1)]);
    t.agents.systemEvents.enqueue("a note", { sessionKey: "noted" });
    now += DAY;
    const { removals } = await t.agents.cleanUp({ apply: false });
    expect(removals.map(({ sessionId }) => sessionId)).toEqual(["id-of-agent:main:idle"]);
    await t.agents.cleanUp();
    expect(new Set(await keysOf(t))).toEqual(
      new Set(["agent:main:busy", "agent:main:queue", "agent:main:noted"]),
    );
    await t.agents.abort({ principal: "tester", sessionKey: "queue", reason: "rpc" });
    await t.agents.abort({ principal: "tester", sessionKey: "busy", reason: "rpc" });
    await Promise.all([busy.final, other.final]);
    now += DAY;
    await t.agents.cleanUp();
    expect(await keysOf(t)).toEqual(["agent:main:noted"]);
  });

  test("keeps a session that comes into use between the look and the removal", async () => {
    await using t = await started({ config: enforce });
    await t.store.commit([...session("agent:main:first", 40), ...session("agent:main:second", 35)]);
    const { archives } = t.store;
    // Read after the sessions.
    t.store.archives = async (page) => {
      await t.agents.sessions.patch({ key: "second" }, { label: "still wanted" });
      return archives(page);
    };
    expect((await t.agents.cleanUp()).removals.map(({ sessionId }) => sessionId)).toEqual([
      "id-of-agent:main:first",
    ]);
    expect(await keysOf(t)).toEqual(["agent:main:second"]);
    expect(await t.store.transcript("id-of-agent:main:second")).toHaveLength(1);
  });

  test("removes archives once they are old enough, those of removed sessions by the age of sessions", async () => {
    const rules = { mode: "enforce", pruneAfter: "20d", resetArchiveRetention: false } as const;
    await using t = await started({ config: { session: { maintenance: rules } } });
    const at = (ageDays: number) => NOW - ageDays * DAY;
    await t.store.commit([
      ...session("agent:main:a", 90),
      { type: "session.delete", key: "agent:main:a", keptAt: at(21) },
      ...session("agent:main:b", 90),
      { type: "session.delete", key: "agent:main:b", keptAt: at(19) },
      ...session("agent:main:c", 90),
      { type: "session.put", entry: sampleEntry("agent:main:c", { sessionId: "fresh", updatedAt: at(10) }) },
    ]);
    await t.agents.cleanUp();
    expect(new Set(await idsOf(t))).toEqual(new Set(["id-of-agent:main:b", "id-of-agent:main:c"]));
    expect(await t.store.transcript("id-of-agent:main:a")).toEqual([]);
  });

  test("takes up to a thousand at a time and says when there is more", async () => {
    await using t = await started({ config: enforce });
    await t.store.commit(
      Array.from({ length: 1_200 }, (_, at) => session(`agent:main:s${at}`, 40 + at)).flat(),
    );
    const first = await t.agents.cleanUp();
    expect([first.removals.length, first.hasMore]).toEqual([1_000, true]);
    const second = await t.agents.cleanUp();
    expect([second.removals.length, second.after.sessions]).toEqual([200, 0]);
  });

  test("lets runs go on in between", async () => {
    await using t = await started({ config: enforce });
    await t.store.commit(
      Array.from({ length: 400 }, (_, at) => session(`agent:main:s${at}`, 40 + at)).flat(),
    );
    let isDone = false;
    const cleaning = t.agents.cleanUp().then(() => (isDone = true));
    await t.accept({ sessionKey: "work" });
    expect(isDone).toBe(false);
    await cleaning;
    expect(await keysOf(t)).toEqual(["agent:main:work"]);
  });

  test("loses nothing when the store refuses: what was not removed is all there", async () => {
    await using t = await started({ config: enforce });
    await t.store.commit([...session("agent:main:a", 50), ...session("agent:main:b", 40)]);
    t.store.beforeCommit = () => Promise.reject(new Error("disk full"));
    await expect(t.agents.cleanUp()).rejects.toThrow("disk full");
    t.store.beforeCommit = () => undefined;
    expect(await keysOf(t)).toEqual(["agent:main:a", "agent:main:b"]);
    expect((await t.agents.cleanUp()).removals).toHaveLength(2);
  });
});

describe("maintenance by itself", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const warnings: string[] = [];
  const logger = { ...console, info: () => undefined, warn: (text: string) => void warnings.push(text) };
  beforeEach(() => void warnings.splice(0));

  test("looks five minutes after the start and then once an hour, by the rules of that moment", async () => {
    await using t = await started({ logger });
    await t.store.commit(session("agent:main:a", 40));
    await vi.advanceTimersByTimeAsync(DELAY_MS - 1);
    expect(warnings).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(warnings).toEqual([
      'session maintenance would remove 1 session and 0 archives; its mode is "warn", so they stay',
    ]);
    // The same again is no news.
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(warnings).toHaveLength(1);
    t.setConfig(enforce);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(await keysOf(t)).toEqual([]);
  });

  test("does not let changed rules wait for an hour", async () => {
    await using t = await started({ logger });
    await t.store.commit(session("agent:main:a", 40));
    await vi.advanceTimersByTimeAsync(DELAY_MS + 1);
    t.setConfig(enforce);
    t.agents.configChanged();
    await vi.advanceTimersByTimeAsync(DELAY_MS - 1_000);
    // Changes of something else do not put it off.
    t.setConfig({ ...enforce, agents: { list: [{ id: "main" }] } });
    t.agents.configChanged();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await keysOf(t)).toEqual([]);
  });

  test("goes on soon while there is more to do", async () => {
    await using t = await started({ config: enforce, logger });
    await t.store.commit(Array.from({ length: 1_100 }, (_, at) => session(`agent:main:s${at}`, 40)).flat());
    await vi.advanceTimersByTimeAsync(DELAY_MS);
    await vi.waitFor(async () => expect(await keysOf(t)).toHaveLength(100));
    await vi.advanceTimersByTimeAsync(DELAY_MS);
    await vi.waitFor(async () => expect(await keysOf(t)).toEqual([]));
  });

  test("leaves no timer behind, and ends between two removals when the gateway closes", async () => {
    const t = await started({ config: enforce, logger });
    await t.store.commit(Array.from({ length: 200 }, (_, at) => session(`agent:main:s${at}`, 40)).flat());
    let closing: Promise<void> | undefined;
    t.store.beforeCommit = () => void (closing ??= t.agents.close({ graceMs: 0 }));
    await vi.advanceTimersByTimeAsync(DELAY_MS);
    await vi.waitFor(() => expect(closing).toBeDefined());
    await closing;
    t.store.beforeCommit = () => undefined;
    expect((await keysOf(t)).length).toBe(200 - 32);
    expect(vi.getTimerCount()).toBe(0);
  });
});
