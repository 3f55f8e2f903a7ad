import { describe, expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

const KEY = "agent:main:work";

describe("sessions.reset", () => {
  test("begins a new transcript with zero counters and keeps settings, name and place", async () => {
    await using t = await startTestAgents();
    const before = await t.accept({ sessionKey: "work" });
    await before.final;
    await t.agents.sessions.patch({ key: KEY }, { label: "Work", thinkingLevel: "low" });
    const { key, entry } = await t.agents.sessions.reset({ key: "work" });
    expect(key).toBe(KEY);
    expect(entry).toMatchObject({
      ...{ label: "Work", thinkingLevel: "low", lastChannel: "webchat", systemSent: false },
      ...{ inputTokens: 0, outputTokens: 0, totalTokens: 0, totalTokensFresh: true, abortedLastRun: false },
    });
    expect(entry.sessionId).not.toBe(before.sessionId);
    expect(entry).not.toHaveProperty("status");
    expect((await t.agents.history("work", { limit: 9 })).messages).toEqual([]);
    // The old one is still there, as an archive.
    expect(await t.store.transcript(before.sessionId)).not.toEqual([]);
  });

  test("ends what was running first", async () => {
    await using t = await startTestAgents();
    const run = await t.accept({ sessionKey: "work", message: "@wait 60000" });
    const { entry } = await t.agents.sessions.reset({ key: "work" });
    expect(await run.final).toMatchObject({ status: "aborted", stopReason: "reset" });
    expect(await t.store.session(KEY)).toMatchObject({ sessionId: entry.sessionId, totalTokens: 0 });
  });

  test("of a session that does not exist makes an empty one", async () => {
    await using t = await startTestAgents();
    await t.agents.sessions.reset({ key: "new" });
    expect(await t.agents.sessions.describe({ key: "new" })).toMatchObject({ key: "agent:main:new" });
  });
});

describe("sessions.delete", () => {
  test("removes a session with its transcript, its notes and what runs in it", async () => {
    await using t = await startTestAgents();
    const run = await t.accept({ sessionKey: "work", message: "@wait 60000" });
    t.agents.systemEvents.enqueue("note", { sessionKey: "work" });
    expect(await t.agents.sessions.delete({ key: "work" })).toEqual({ key: KEY, deleted: true });
    expect(await run.final).toMatchObject({ status: "aborted" });
    expect(await t.store.session(KEY)).toBeUndefined();
    expect(await t.store.transcript(run.sessionId)).toEqual([]);
    expect(t.agents.systemEvents.peek("work")).toEqual([]);
    expect(await t.agents.sessions.delete({ key: "work" })).toEqual({ key: KEY, deleted: false });
  });

  test("keeps the transcript when asked", async () => {
    await using t = await startTestAgents();
    const run = await t.accept({ sessionKey: "work" });
    await run.final;
    await t.agents.sessions.delete({ key: "work", keepTranscript: true });
    expect(await t.store.transcript(run.sessionId)).not.toEqual([]);
  });

  test("refuses every agent's main session, and the global one where that is main", async () => {
    await using t = await startTestAgents({ config: { agents: { list: [{ id: "main" }, { id: "ops" }] } } });
    await t.ask();
    const refusal = (key: string) => ({
      code: "main_session",
      message: `Cannot delete the main session (${key}).`,
    });
    await expect(t.agents.sessions.delete({ key: "main" })).rejects.toMatchObject(refusal("agent:main:main"));
    await expect(t.agents.sessions.delete({ key: "agent:ops:main" })).rejects.toMatchObject(
      refusal("agent:ops:main"),
    );
    expect(await t.store.session("agent:main:main")).toBeDefined();
    t.setConfig({ session: { scope: "global" } });
    await expect(t.agents.sessions.delete({ key: "global" })).rejects.toMatchObject(refusal("global"));
  });
});
