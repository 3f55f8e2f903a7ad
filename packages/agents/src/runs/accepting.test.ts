import { describe, expect, test } from "vitest";
import { createMemoryStore, startTestAgents } from "../testing/index.ts";
import { newSessionId } from "../sessions/session-id.ts";

describe("accepting a run", () => {
  test("has the user's line and the run's record in one commit before it resolves", async () => {
    const store = createMemoryStore({ record: true });
    await using t = await startTestAgents({ store });
    const handle = await t.accept({ message: "@wait 60000", sessionKey: "fresh" });
    expect(store.commits).toHaveLength(1);
    expect(store.commits[0]?.map((write) => write.type)).toEqual([
      "session.put",
      "transcript.append",
      "run.put",
    ]);
    const lines = await store.transcript(handle.sessionId);
    expect(lines.map((line) => line.type)).toEqual([
      "session",
      "model_change",
      "thinking_level_change",
      "custom",
      "message",
    ]);
    expect(t.events).toEqual([]);
  });

  test("is not called accepted when it could not be saved, and leaves nothing running", async () => {
    const store = createMemoryStore();
    await using t = await startTestAgents({ store });
    store.beforeCommit = () => Promise.reject(new Error("disk full"));
    await expect(t.accept()).rejects.toMatchObject({ code: "store_failed" });
    expect(t.agents.activeRuns).toBe(0);
    store.beforeCommit = () => undefined;
    expect(await t.ask()).toMatchObject({ status: "ok", text: "You said: hello" });
    expect(t.events.filter((event) => event.type === "lifecycle" && event.phase === "start")).toHaveLength(1);
  });

  test("tells how it ended only after everything is durable and every event is out", async () => {
    const store = createMemoryStore({ record: true });
    await using t = await startTestAgents({ store });
    const order: string[] = [];
    store.beforeCommit = () => void order.push("commit");
    t.agents.onEvent((event) => {
      if (event.type !== "assistant") order.push(event.type === "chat" ? event.state : "lifecycle");
    });
    await t.ask().then(() => order.push("resolved"));
    expect(order).toEqual([
      "commit",
      "lifecycle",
      "delta",
      "commit",
      "lifecycle",
      "delta",
      "final",
      "resolved",
    ]);
    const types = store.commits.at(-1)?.map((write) => write.type);
    expect(types).toEqual(["transcript.append", "run.put", "usage.add", "runs.prune", "session.put"]);
  });

  test("lets whoever asks for events at once miss none", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ message: "@words 3" });
    const phases: string[] = [];
    for await (const event of handle.events()) phases.push(`${event.type}:${event.seq}`);
    expect(phases[0]).toBe("lifecycle:1");
    expect(phases.at(-1)).toBe("chat:5");
  });

  test("ends an event stream asked for too late at once", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept();
    await handle.final;
    const late: unknown[] = [];
    for await (const event of handle.events()) late.push(event);
    expect(late).toEqual([]);
  });

  test("survives a listener that throws", async () => {
    await using t = await startTestAgents();
    t.agents.onEvent(() => {
      throw new Error("listener");
    });
    expect((await t.ask()).status).toBe("ok");
  });

  test("stops calling a listener that was taken away", async () => {
    await using t = await startTestAgents();
    let calls = 0;
    const off = t.agents.onEvent(() => (calls += 1));
    off();
    await t.ask();
    expect(calls).toBe(0);
  });

  test.each([
    [{ message: " \n " }, "empty_message", "message or attachment required"],
    [{ message: "a\0" }, "null_bytes", "message must not contain null bytes"],
    [{ sessionKey: "agent:" }, "malformed_session_key", 'malformed session key "agent:"'],
    [{ sessionKey: "agent:ghost:x" }, "unknown_agent", 'unknown agent id "ghost"'],
    [{ sessionId: "nope" }, "unknown_session", 'unknown session id "nope"'],
    [{ thinking: "banana" }, "invalid_thinking_level", expect.stringContaining('"banana"')],
    [{ model: "/" }, "model_not_allowed", "model not allowed: /"],
    [{ attachments: ["x"] }, "invalid_attachment", expect.stringContaining("attachment 1")],
  ])("refuses %j", async (fields, code, message) => {
    await using t = await startTestAgents();
    await expect(t.accept(fields)).rejects.toMatchObject({ name: "AgentsError", code, message });
    expect(t.agents.activeRuns).toBe(0);
    expect((await t.store.sessions()).total).toBe(0);
  });

  test("finds a session by its id", async () => {
    await using t = await startTestAgents();
    const first = await t.accept({ sessionKey: "notes" });
    await first.final;
    const again = await t.accept({ sessionId: first.sessionId });
    expect(again.sessionKey).toBe("agent:main:notes");
  });

  test("is blocked by the session's send policy or a rule", async () => {
    await using t = await startTestAgents({
      config: { session: { sendPolicy: { rules: [{ action: "deny", match: { keyPrefix: "hook:" } }] } } },
    });
    await expect(t.accept({ sessionKey: "hook:1" })).rejects.toMatchObject({
      code: "blocked",
      message: "send blocked by session policy",
    });
    expect((await t.ask({ sessionKey: "other" })).status).toBe("ok");
  });

  test("answers with the message's images counted", async () => {
    await using t = await startTestAgents();
    const attachments = [{ mimeType: "image/png", content: "AAAA", fileName: "a.png" }];
    expect((await t.ask({ message: "", attachments })).text).toBe("Received 1 image(s).");
  });

  test("T-DOS-06 refuses what would make the runs under way hold too much text together", async () => {
    await using t = await startTestAgents({ limits: { activeRunChars: 100 } });
    const asked = (sessionKey: string, fields: object) =>
      t.accept({ sessionKey, message: "@wait 60000", ...fields });
    await asked("s1", { kind: "agent", extraSystemPrompt: "x".repeat(60) });
    const attachments = [{ mimeType: "image/png", content: "A".repeat(32) }];
    await expect(asked("s2", { attachments })).rejects.toMatchObject({ code: "busy" });
    await asked("s2", {});
    await t.agents.abort({ principal: "tester", sessionKey: "s1", reason: "rpc" });
    await t.seen((event) => event.type === "chat" && event.state === "aborted");
    await asked("s3", { attachments });
  });

  test("T-DOS-07 refuses more runs than there is room for, for one principal and for all", async () => {
    await using t = await startTestAgents({ limits: { activeRuns: 3, activeRunsPerPrincipal: 2 } });
    for (const n of [1, 2]) await t.accept({ principal: "a", sessionKey: `s${n}`, message: "@wait 60000" });
    await expect(t.accept({ principal: "a", sessionKey: "s3" })).rejects.toMatchObject({ code: "busy" });
    await t.accept({ principal: "b", sessionKey: "s4", message: "@wait 60000" });
    await expect(t.accept({ principal: "c", sessionKey: "s5" })).rejects.toMatchObject({ code: "busy" });
  });
});

test("session ids are version 4 UUIDs", () => {
  expect(newSessionId((size) => new Uint8Array(size).fill(0xff))).toBe(
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
  );
});
