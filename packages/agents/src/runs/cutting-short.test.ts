import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { MessageLine } from "../sessions/transcript.ts";
import { hangs, says, scriptedModel, startTestAgents, type TestAgents } from "../testing/index.ts";
import type { RunEvent } from "./types.ts";

const isDelta = (event: RunEvent): boolean => event.type === "assistant";
const terminals = (t: TestAgents, runId: string): RunEvent[] =>
  t.eventsOf(runId).filter((event) => event.type === "chat" && event.state !== "delta");
const lifecycleEnds = (t: TestAgents, runId: string): RunEvent[] =>
  t.eventsOf(runId).filter((event) => event.type === "lifecycle" && event.phase !== "start");

async function messageLines(t: TestAgents): Promise<MessageLine[]> {
  const entry = await t.store.session("agent:main:main");
  const lines = await t.store.transcript(entry?.sessionId ?? "");
  return lines.filter((line) => line.type === "message");
}

describe("aborting", () => {
  test("ends a run in mid-stream with the partial text, once everywhere", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({
      runId: "r",
      sessionKey: "main",
      message: "@say one two three\n@wait 60000",
    });
    await t.seen((event) => event.type === "assistant" && event.text === "one two three");
    const aborted = await t.agents.abort({
      principal: "tester",
      sessionKey: "main",
      runId: "r",
      reason: "rpc",
    });
    expect(aborted).toEqual({ aborted: true, runIds: ["r"] });
    expect(await handle.final).toMatchObject({ status: "aborted", stopReason: "rpc", text: "one two three" });
    expect(terminals(t, "r")).toMatchObject([
      {
        state: "aborted",
        stopReason: "rpc",
        text: "one two three",
        key: "main",
        sessionKey: "agent:main:main",
      },
    ]);
    expect(lifecycleEnds(t, "r")).toMatchObject([{ phase: "end", aborted: true, stopReason: "rpc" }]);
    expect(
      (await messageLines(t)).map(({ message }) => [
        message.role,
        "stopReason" in message && message.stopReason,
      ]),
    ).toEqual([
      ["user", false],
      ["assistant", "aborted"],
    ]);
  });

  test("leaves the session usable, and tells the model that it was cut short", async () => {
    const model = scriptedModel(hangs(["half"]), says("whole"));
    await using t = await startTestAgents({
      providers: { "openai-completions": model },
      config: { models: { providers: { fake: { baseUrl: "http://127.0.0.1:1", models: [{ id: "m" }] } } } },
    });
    await t.accept({ runId: "r" });
    await t.seen(isDelta);
    await t.agents.abort({ principal: "tester", sessionKey: "main", reason: "stop" });
    expect((await t.store.session("agent:main:main"))?.abortedLastRun).toBe(true);
    expect((await t.ask({ message: "again" })).text).toBe("whole");
    const [, second] = model.requests;
    expect(second?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(JSON.stringify(second?.messages.at(-1))).toContain("The previous run was cut short");
    const { messages } = await t.agents.history("main", { limit: 10 });
    expect(messages.at(-2)).toMatchObject({ role: "user", content: [{ text: "again" }] });
    expect((await t.store.session("agent:main:main"))?.abortedLastRun).toBe(false);
  });

  test("of a waiting run takes it back: no text in the transcript, and the running one goes on", async () => {
    await using t = await startTestAgents();
    const first = await t.accept({ runId: "first", message: "@delay 5\n@words 20" });
    const waiting = await t.accept({ runId: "waiting", message: "never mind" });
    expect(
      await t.agents.abort({ principal: "tester", sessionKey: "main", runId: "waiting", reason: "rpc" }),
    ).toEqual({
      aborted: true,
      runIds: ["waiting"],
    });
    expect(await waiting.final).toMatchObject({ status: "aborted", stopReason: "rpc", text: "" });
    expect((await first.final).status).toBe("ok");
    expect(JSON.stringify(await messageLines(t))).not.toContain("never mind");
    expect([terminals(t, "waiting"), lifecycleEnds(t, "waiting")].map((list) => list.length)).toEqual([1, 1]);
    expect(await t.store.run("tester", "waiting")).toMatchObject({ state: "aborted" });
  });

  test("of a session ends the running run and every waiting one, none of which gets a turn", async () => {
    await using t = await startTestAgents();
    for (const runId of ["a", "b", "c"]) await t.accept({ runId, message: "@say x\n@wait 60000" });
    await t.seen(isDelta);
    const { runIds } = await t.agents.abort({
      principal: "tester",
      sessionKey: "agent:main:main",
      reason: "rpc",
    });
    expect([...runIds].sort()).toEqual(["a", "b", "c"]);
    expect(t.events.filter((event) => event.type === "lifecycle" && event.phase === "start")).toHaveLength(1);
    expect(["a", "b", "c"].map((runId) => terminals(t, runId).length)).toEqual([1, 1, 1]);
    expect(t.agents.activeRuns).toBe(0);
  });

  test("finds nothing where nothing runs", async () => {
    await using t = await startTestAgents();
    const none = { aborted: false, runIds: [] };
    expect(await t.agents.abort({ principal: "tester", sessionKey: "main", reason: "rpc" })).toEqual(none);
    expect(
      await t.agents.abort({ principal: "tester", sessionKey: "x", runId: "nope", reason: "rpc" }),
    ).toEqual(none);
  });

  test("refuses a run of another session, under whatever name", async () => {
    await using t = await startTestAgents();
    await t.accept({ runId: "r", sessionKey: "main", message: "@wait 60000" });
    const abort = (sessionKey: string) =>
      t.agents.abort({ principal: "tester", sessionKey, runId: "r", reason: "rpc" });
    await expect(abort("other")).rejects.toMatchObject({
      code: "run_session_mismatch",
      message: "runId does not match sessionKey",
    });
    expect((await abort("agent:main:main")).aborted).toBe(true);
  });

  test("prefers the caller's own run over one of the same id", async () => {
    await using t = await startTestAgents();
    const mine = await t.accept({ runId: "r", message: "@wait 60000" });
    const theirs = await t.accept({
      runId: "r",
      principal: "other",
      sessionKey: "main",
      message: "@delay 2\n@words 5",
    });
    await t.agents.abort({ principal: "tester", sessionKey: "main", runId: "r", reason: "rpc" });
    expect((await mine.final).status).toBe("aborted");
    expect((await theirs.final).status).toBe("ok");
  });

  test("the client's own signal aborts too", async () => {
    await using t = await startTestAgents();
    const controller = new AbortController();
    const handle = await t.accept({
      kind: "http",
      signal: controller.signal,
      message: "@say x\n@wait 60000",
    });
    await t.seen(isDelta);
    controller.abort();
    expect(await handle.final).toMatchObject({ status: "aborted", stopReason: "disconnect" });
  });

  test("ends a run whose provider does not care", async () => {
    await using t = await startTestAgents({
      providers: { "builtin-echo": scriptedModel(hangs(["x"], { ignore: true })) },
    });
    const handle = await t.accept();
    await t.seen(isDelta);
    handle.abort("rpc");
    expect((await handle.final).status).toBe("aborted");
  });

  test("counts only the first reason", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ message: "@wait 60000" });
    handle.abort("interrupt");
    handle.abort("rpc");
    expect(await handle.final).toMatchObject({ stopReason: "interrupt" });
    handle.abort("stop");
  });
});

describe("a stop phrase", () => {
  test.each(["/stop", "Stop!", "please stop", "esc"])(
    "%j stops the session's runs and starts none",
    async (message) => {
      await using t = await startTestAgents();
      await t.accept({ runId: "r", sessionKey: "main", message: "@say x\n@wait 60000" });
      await t.seen(isDelta);
      expect(await t.agents.startRun(t.request({ sessionKey: "main", message }))).toEqual({
        status: "stopped",
        aborted: true,
        runIds: ["r"],
      });
      expect(terminals(t, "r")).toMatchObject([{ state: "aborted", stopReason: "stop" }]);
    },
  );

  test("with nothing to stop says so", async () => {
    await using t = await startTestAgents();
    expect(await t.agents.startRun(t.request({ message: "stop" }))).toEqual({
      status: "stopped",
      aborted: false,
      runIds: [],
    });
  });

  test("is plain text for an `agent` request", async () => {
    await using t = await startTestAgents();
    expect((await t.ask({ kind: "agent", message: "stop" })).text).toBe("You said: stop");
  });
});

describe("the time limit", () => {
  test("cuts a run short with its partial text, and `waitRun` calls it a timeout", async () => {
    await using t = await startTestAgents();
    const outcome = await t.ask({ runId: "r", timeoutMs: 50, message: "@say so far\n@wait 60000" });
    expect(outcome).toMatchObject({
      status: "timeout",
      text: "so far",
      payloads: [{ text: expect.stringMatching(/^Request timed out before a response was generated\./u) }],
      meta: { aborted: true },
    });
    expect(terminals(t, "r")).toMatchObject([{ state: "aborted", stopReason: "timeout", text: "so far" }]);
    const wait = await t.agents.waitRun({ principal: "tester", runId: "r", timeoutMs: 0, maySee: false });
    expect(wait).toMatchObject({ status: "timeout", endedAt: outcome.endedAt });
    expect((await messageLines(t)).at(-1)?.message).toMatchObject({
      stopReason: "aborted",
      errorMessage: "Request timed out",
    });
  });

  test("does not run while a run waits for its turn", async () => {
    await using t = await startTestAgents();
    const first = await t.accept({ message: "@wait 60000" });
    const second = await t.accept({ timeoutMs: 30, message: "quick" });
    await sleep(60);
    first.abort("rpc");
    expect((await second.final).status).toBe("ok");
  });

  test("comes from the configuration; 0 means none, negative means the default", async () => {
    await using t = await startTestAgents({ config: { agents: { defaults: { timeoutSeconds: 1 } } } });
    const limited = await Promise.all([
      t.accept({ sessionKey: "a", message: "@wait 60000" }),
      t.accept({ sessionKey: "b", timeoutMs: -5, message: "@wait 60000" }),
    ]);
    const free = await t.accept({ sessionKey: "c", timeoutMs: 0, message: "@wait 60000" });
    expect((await Promise.all(limited.map((handle) => handle.final))).map(({ status }) => status)).toEqual([
      "timeout",
      "timeout",
    ]);
    free.abort("rpc");
    expect((await free.final).status).toBe("aborted");
  });

  test("of a silent model stream ends the call, not the run: it is tried again", async () => {
    await using t = await startTestAgents({
      limits: { idleStreamMs: 30, retryDelaysMs: [1] },
      providers: { "builtin-echo": scriptedModel(hangs(), says("second try")) },
    });
    expect((await t.ask({ runId: "r" })).text).toBe("second try");
    expect(
      t.eventsOf("r").find((event) => event.type === "lifecycle" && event.phase === "retry"),
    ).toMatchObject({
      reason: "timeout",
      error: "LLM request timed out.",
    });
  });
});

describe("waitRun", () => {
  const wait = (
    t: TestAgents,
    runId: string,
    o: { timeoutMs?: number; maySee?: boolean; principal?: string } = {},
  ) => t.agents.waitRun({ principal: "tester", timeoutMs: 30_000, maySee: false, ...o, runId });

  test("waits for the end and tells it", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ runId: "r", message: "@delay 5\n@words 3" });
    const { startedAt, endedAt } = await handle.final.then(() => wait(t, "r"));
    expect(await wait(t, "r")).toEqual({ runId: "r", status: "ok", startedAt, endedAt });
    await t.ask({ runId: "bad", message: "@error auth" });
    expect(await wait(t, "bad")).toMatchObject({ status: "error", error: "401 Incorrect API key provided" });
  });

  test("resolves while the run ends, or when its own time is over", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ runId: "r", message: "@wait 60000" });
    expect(await wait(t, "r", { timeoutMs: 0 })).toEqual({ runId: "r", status: "timeout" });
    expect(await wait(t, "r", { timeoutMs: 5 })).toEqual({ runId: "r", status: "timeout" });
    const waiting = wait(t, "r");
    handle.abort("rpc");
    expect(await waiting).toMatchObject({ status: "timeout" });
  });

  test("knows nothing of unknown, forgotten and other people's runs", async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    await using t = await startTestAgents({ now: () => now });
    await t.ask({ runId: "r" });
    expect(await wait(t, "nope")).toEqual({ runId: "nope", status: "timeout" });
    expect(await wait(t, "r", { principal: "other" })).toEqual({ runId: "r", status: "timeout" });
    expect(await wait(t, "r", { principal: "other", maySee: true })).toMatchObject({ status: "ok" });
    now += 600_001;
    expect(await wait(t, "r")).toEqual({ runId: "r", status: "timeout" });
  });
});
