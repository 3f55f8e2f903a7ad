import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startTestAgents, type TestAgents } from "../testing/index.ts";
import type { SessionEvent } from "./session-news.ts";

function watch(t: TestAgents): SessionEvent[] {
  const seen: SessionEvent[] = [];
  t.agents.sessions.onEvent((event) => seen.push(event));
  return seen;
}

/** One word per event. */
const told = (events: readonly SessionEvent[]) =>
  events.map((event) =>
    event.type === "message"
      ? `message ${String(event.message.role)}`
      : "reason" in event.change
        ? event.change.reason
        : event.change.phase,
  );

describe("session events", () => {
  test("tell of a run from its acceptance to its end, with the lines it wrote", async () => {
    await using t = await startTestAgents();
    const seen = watch(t);
    await t.ask({ runId: "r", sessionKey: "work", message: "hi" });
    expect(told(seen)).toEqual(["send", "message user", "start", "message assistant", "end"]);
    const lines = await t.store.transcript(seen[0]!.sessionId);
    const [user, assistant] = seen.filter((event) => event.type === "message");
    expect(user).toMatchObject({
      sessionKey: "agent:main:work",
      agentId: "main",
      message: { role: "user", content: [{ type: "text", text: "hi" }] },
      messageId: lines.at(-2)?.id,
      position: lines.length - 1,
      idempotencyKey: "r:user",
      recordedAt: Date.parse(lines.at(-2)!.timestamp),
    });
    expect(assistant).toMatchObject({ messageId: lines.at(-1)?.id, position: lines.length, runId: "r" });
  });

  test("show what goes on in the session", async () => {
    await using t = await startTestAgents();
    const seen = watch(t);
    await t.ask({ runId: "r", sessionKey: "work" });
    const [send, , start, , end] = seen.map(({ session }) => session);
    expect(send).toMatchObject({ status: "running", hasActiveRun: true, activeRunIds: ["r"] });
    expect(send).not.toHaveProperty("startedAt");
    expect(start).toMatchObject({ status: "running", startedAt: expect.any(Number), activeRunIds: ["r"] });
    expect(end).toMatchObject({
      ...{ status: "done", hasActiveRun: false, activeRunIds: [], runtimeMs: expect.any(Number) },
      ...{ outputTokens: expect.any(Number), lastMessagePreview: "You said: hello" },
    });
    await t.ask({ sessionKey: "work", message: "@error auth nope" });
    expect(seen.at(-1)).toMatchObject({ change: { phase: "error" }, session: { status: "failed" } });
  });

  test("come after the caller was answered, also for a run that waits", async () => {
    await using t = await startTestAgents();
    const seen = watch(t);
    const first = await t.accept({ runId: "a", message: "@wait 60000" });
    expect(seen).toEqual([]);
    await t.seen((event) => event.type === "lifecycle");
    const second = await t.accept({ runId: "b", message: "later" });
    await nextTurn();
    first.abort("rpc");
    await second.final;
    expect(told(seen)).toEqual([
      ...["send", "message user", "start", "send", "message assistant", "end"],
      ...["message user", "start", "message assistant", "end"],
    ]);
  });

  test("keep silent about replies nobody sees", async () => {
    await using t = await startTestAgents();
    const seen = watch(t);
    await t.ask({ message: "@silent" });
    expect(told(seen)).toEqual(["send", "message user", "start", "end"]);
  });

  test("tell of commands", async () => {
    await using t = await startTestAgents();
    const seen = watch(t);
    await t.ask({ sessionKey: "work", message: "/help" });
    expect(told(seen)).toEqual(["send", "message assistant"]);
  });

  test("tell of what is done to a session, and nothing of what was refused or changed nothing", async () => {
    await using t = await startTestAgents();
    const seen = watch(t);
    const { sessions } = t.agents;
    const { entry } = await sessions.patch({ key: "work" }, { label: "Work" });
    await sessions.patch({ key: "work" }, { thinkingLevel: "low" });
    await sessions.inject({ key: "work", message: "note" });
    await sessions.cut({ key: "work", maxLines: 400 });
    await sessions.patch({ key: "work" }, { thinkingLevel: "no" }).catch(() => undefined);
    await sessions.reset({ key: "work" });
    await sessions.delete({ key: "work" });
    await sessions.delete({ key: "work" });
    expect(told(seen)).toEqual(["create", "patch", "message assistant", "inject", "reset", "delete"]);
    expect(seen[0]).toMatchObject({ sessionId: entry.sessionId, session: { label: "Work" } });
    expect(seen.at(-1)).not.toHaveProperty("session");
  });

  test("survive a listener that throws, and end with it", async () => {
    await using t = await startTestAgents();
    const stop = t.agents.sessions.onEvent(() => {
      throw new Error("listener");
    });
    expect((await t.ask()).status).toBe("ok");
    stop();
    const seen = watch(t);
    await t.ask();
    expect(seen).not.toEqual([]);
  });
});

describe("sessions.inject", () => {
  test("adds a message that people see and models do not", async () => {
    await using t = await startTestAgents();
    await t.ask();
    const { messageId, message } = await t.agents.sessions.inject({
      key: "main",
      message: "injected text",
      label: "note",
    });
    expect(message).toMatchObject({
      ...{ role: "assistant", provider: "openclaw", model: "gateway-injected", stopReason: "stop" },
      content: [{ type: "text", text: "[note]\n\ninjected text" }],
    });
    const { messages } = await t.agents.history("main", { limit: 1 });
    expect(messages).toMatchObject([{ content: message.content, __openclaw: { id: messageId } }]);
    expect((await t.ask({ message: "@say @count" })).text).toBe("3");
  });

  test("refuses a session that does not exist, and says when the store failed", async () => {
    await using t = await startTestAgents();
    const inject = () => t.agents.sessions.inject({ key: "main", message: "x" });
    await expect(inject()).rejects.toMatchObject({ code: "unknown_session", message: "session not found" });
    await t.ask();
    t.store.beforeCommit = () => Promise.reject(new Error("disk"));
    await expect(inject()).rejects.toMatchObject({ code: "store_failed" });
  });
});
