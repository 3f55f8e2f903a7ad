import { describe, expect, test } from "vitest";
import { createMemoryStore, sampleEntry, sampleLine, sampleRun, startTestAgents } from "../testing/index.ts";

async function textsOf(
  t: Awaited<ReturnType<typeof startTestAgents>>,
  sessionKey = "main",
): Promise<string[]> {
  const { messages } = await t.agents.history(sessionKey, { limit: 100 });
  return messages.map((message) => (message["content"] as { text?: string }[])[0]?.text ?? "");
}

describe("after a crash", () => {
  test("a running run is an error and its question stays, a waiting one's question is appended, nothing runs again", async () => {
    const store = createMemoryStore();
    const before = await startTestAgents({ store });
    await before.accept({ runId: "running", message: "first\n@wait 60000" });
    await before.accept({ runId: "waiting", message: "second" });
    await before.seen((event) => event.type === "lifecycle");

    await using after = await startTestAgents({ store });
    expect(await textsOf(after)).toEqual(["first\n@wait 60000", "second"]);
    expect(after.events).toEqual([]);
    for (const runId of ["running", "waiting"]) {
      expect(
        await after.agents.waitRun({ principal: "tester", runId, timeoutMs: 1000, maySee: false }),
      ).toMatchObject({
        status: "error",
        error: "gateway restarted",
      });
    }
    expect(await store.unfinishedRuns()).toEqual([]);
    expect((await after.ask({ message: "third" })).text).toBe("You said: third");
    const { messages } = await after.agents.history("main", { limit: 100 });
    expect(messages.map(({ role }) => role)).toEqual(["user", "user", "user", "assistant"]);
    await before.agents.close({ graceMs: 0 });
  });

  test("starting twice changes nothing more", async () => {
    const store = createMemoryStore({ record: true });
    await store.commit([
      { type: "session.put", entry: sampleEntry("agent:main:main", { sessionId: "s1" }) },
      { type: "run.put", run: sampleRun("r", { input: sampleLine("00000001", "hi") }) },
    ]);
    await using t = await startTestAgents({ store });
    const commits = store.commits.length;
    await t.agents.start();
    expect(store.commits).toHaveLength(commits);
    expect(await textsOf(t)).toEqual(["hi"]);
  });

  test("a run whose session is gone is only closed", async () => {
    const store = createMemoryStore();
    await store.commit([
      { type: "run.put", run: sampleRun("r", { sessionId: "", sessionKey: "agent:main:gone" }) },
    ]);
    await using t = await startTestAgents({ store });
    expect(await t.store.run("p1", "r")).toMatchObject({ state: "error" });
    expect((await t.store.sessions()).total).toBe(0);
  });
});

describe("closing", () => {
  test("lets runs end within the grace and refuses new ones", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ message: "@delay 5\n@words 10" });
    const closed = t.agents.close({ graceMs: 60_000 });
    await expect(t.accept()).rejects.toMatchObject({ code: "closing", message: "gateway is shutting down" });
    await closed;
    expect((await handle.final).status).toBe("ok");
  });

  test("aborts what is left, keeps what users said, and is done when all is saved", async () => {
    await using t = await startTestAgents();
    const running = await t.accept({ runId: "running", message: "first\n@wait 60000" });
    const waiting = await t.accept({ runId: "waiting", message: "second" });
    await t.agents.close({ graceMs: 0 });
    for (const handle of [running, waiting]) {
      expect(await handle.final).toMatchObject({ status: "aborted", stopReason: "shutdown" });
    }
    expect(t.agents.activeRuns).toBe(0);
    expect(await t.store.unfinishedRuns()).toEqual([]);
    const texts = await textsOf(t);
    expect(texts).toContain("first\n@wait 60000");
    expect(texts).toContain("second");
  });

  test("can be asked for twice", async () => {
    await using t = await startTestAgents();
    await Promise.all([t.agents.close({ graceMs: 0 }), t.agents.close({ graceMs: 0 })]);
  });

  test("leaves no timer behind", async () => {
    const timersBefore = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const t = await startTestAgents();
    await t.accept({ message: "@say a b c\n@wait 60000" });
    await t.accept({ message: "waiting" });
    await t.seen((event) => event.type === "chat");
    const waits = t.agents.waitRun({ principal: "tester", runId: "run-1", timeoutMs: 60_000, maySee: false });
    await t.agents.close({ graceMs: 1 });
    await waits;
    const timersAfter = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    expect(timersAfter).toBeLessThanOrEqual(timersBefore);
  });
});

describe("a store that fails at the end of a run", () => {
  test("ends the run as an error, with its events, and the next run goes on", async () => {
    const store = createMemoryStore();
    const errors: unknown[] = [];
    const logger = { ...console, error: (...args: unknown[]) => errors.push(args), warn: () => undefined };
    await using t = await startTestAgents({ store, logger });
    const handle = await t.accept({ runId: "r" });
    store.beforeCommit = () => Promise.reject(new Error("disk full"));
    expect(await handle.final).toMatchObject({ status: "error", message: "The run could not be saved." });
    expect(t.eventsOf("r").at(-1)).toMatchObject({ type: "chat", state: "error" });
    expect(errors).toHaveLength(1);
    store.beforeCommit = () => undefined;
    expect((await t.ask()).status).toBe("ok");
  });
});
