import { describe, expect, test } from "vitest";
import type { AgentsConfig } from "../config.ts";
import { ModelFailure } from "../models/failure.ts";
import type { MessageLine } from "../sessions/transcript.ts";
import {
  fails,
  says,
  scriptedModel,
  startTestAgents,
  type ScriptedCall,
  type TestAgents,
} from "../testing/index.ts";
import type { RunEvent } from "./types.ts";

const limits = { retryDelaysMs: [1, 1] };
const rateLimit = (facts = {}): ModelFailure =>
  new ModelFailure("rate_limit", "Rate limit reached", { status: 429, ...facts });
const fake = (fallbacks: readonly string[] = []): AgentsConfig => ({
  agents: { defaults: { model: { primary: "fake/m1", fallbacks } } },
  models: {
    providers: {
      fake: { baseUrl: "http://127.0.0.1:1", models: [{ id: "m1" }, { id: "m2" }, { id: "m3" }] },
    },
  },
});

async function start(calls: readonly ScriptedCall[], fallbacks?: readonly string[]) {
  const model = scriptedModel(...calls);
  const t = await startTestAgents({
    limits,
    config: fake(fallbacks),
    providers: { "openai-completions": model },
  });
  return { t, model };
}

const phases = (t: TestAgents, runId: string): string[] =>
  t.eventsOf(runId).flatMap((event) => (event.type === "lifecycle" ? [event.phase] : []));
const terminals = (t: TestAgents, runId: string): RunEvent[] =>
  t.eventsOf(runId).filter((event) => event.type === "chat" && event.state !== "delta");

describe("a failing model", () => {
  test.each([
    ["auth", "401 Incorrect API key provided", "unknown"],
    ["billing", expect.stringMatching(/^⚠️ builtin \(echo\) returned a billing error/u), "unknown"],
    ["format", "400 Invalid request", "unknown"],
    ["model_not_found", "404 The model does not exist", "unknown"],
    ["overflow", expect.stringMatching(/^Context overflow: prompt too large/u), "context_length"],
  ])("ends the run at once as an error for %s, once everywhere", async (reason, message, errorKind) => {
    await using t = await startTestAgents({ limits });
    const outcome = await t.ask({ runId: "r", message: `@error ${reason}` });
    expect(outcome).toMatchObject({ status: "error", reason, message });
    expect(phases(t, "r")).toEqual(["start", "error"]);
    expect(terminals(t, "r")).toMatchObject([
      { state: "error", errorMessage: message, errorKind, key: "agent:main:main" },
    ]);
    expect(await t.store.run("tester", "r")).toMatchObject({ state: "error", error: { reason, message } });
  });

  test("leaves the question and one error line in the transcript, and nothing of it in the next context", async () => {
    const { t, model } = await start([fails(new ModelFailure("auth", "no", { status: 401 })), says("ok")]);
    await using _ = t;
    const { sessionId } = await t.accept({ runId: "r" }).then((handle) => handle.final.then(() => handle));
    const lines = await t.store.transcript(sessionId);
    expect(lines.slice(-3).map((line) => line.type)).toEqual(["message", "custom", "message"]);
    expect(lines.at(-2)).toMatchObject({
      customType: "openclaw:prompt-error",
      data: { runId: "r", error: "401 no" },
    });
    expect((lines.at(-1) as MessageLine).message).toMatchObject({
      role: "assistant",
      content: [],
      stopReason: "error",
      errorMessage: "401 no",
    });
    await t.ask();
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(["user", "user"]);
  });

  test("is asked three times in all when it may recover, each retry told", async () => {
    await using t = await startTestAgents({ limits });
    const outcome = await t.ask({ runId: "r", message: "@flaky 2 rate_limit\n@say at last" });
    expect(outcome).toMatchObject({ status: "ok", text: "at last" });
    expect(phases(t, "r")).toEqual(["start", "retry", "retry", "end"]);
    expect(await t.ask({ runId: "s", message: "@flaky 3 rate_limit" })).toMatchObject({
      status: "error",
      reason: "rate_limit",
      message: "⚠️ API rate limit reached. Please try again later.",
    });
    expect(phases(t, "s")).toEqual(["start", "retry", "retry", "error"]);
  });

  test("is not asked again once users have seen some of its answer", async () => {
    await using t = await startTestAgents({ limits });
    const outcome = await t.ask({ runId: "r", message: "@say half a sen\n@error timeout" });
    expect(outcome).toMatchObject({ status: "error", reason: "timeout", text: "half a sen" });
    expect(phases(t, "r")).toEqual(["start", "error"]);
  });

  test("that drops the stream is a timeout", async () => {
    await using t = await startTestAgents({ limits });
    expect(await t.ask({ message: "@say x\n@drop" })).toMatchObject({
      status: "error",
      reason: "timeout",
      message: "terminated",
    });
  });

  test("may ask for a longer pause, but not for ever", async () => {
    const { t, model } = await start([
      fails(rateLimit({ retryAfterMs: 20 })),
      fails(rateLimit({ retryAfterMs: 60_000 })),
    ]);
    await using _ = t;
    expect((await t.ask({ runId: "r" })).status).toBe("error");
    expect(model.requests).toHaveLength(2);
    const retry = t.eventsOf("r").find((event) => event.type === "lifecycle" && event.phase === "retry");
    expect(retry && "delayMs" in retry && retry.delayMs).toBeGreaterThanOrEqual(20);
  });

  test("that is aborted while it pauses is not asked again", async () => {
    const model = scriptedModel(fails(rateLimit()));
    await using t = await startTestAgents({
      limits: { retryDelaysMs: [60_000] },
      providers: { "builtin-echo": model },
    });
    const handle = await t.accept();
    await t.seen((event) => event.type === "lifecycle" && event.phase === "retry");
    handle.abort("rpc");
    expect((await handle.final).status).toBe("aborted");
    expect(model.requests).toHaveLength(1);
  });

  test("without a key says which one is missing", async () => {
    await using t = await startTestAgents({ config: { agents: { defaults: { model: "openai/gpt-x" } } } });
    expect(await t.ask()).toMatchObject({
      status: "error",
      reason: "auth",
      message:
        'No API key found for provider "openai". Set the environment variable OPENAI_API_KEY or models.providers.openai.apiKey.',
    });
  });

  test("of an API nobody speaks is not found", async () => {
    const provider = { baseUrl: "http://127.0.0.1:1", api: "telepathy", models: [{ id: "m" }] };
    await using t = await startTestAgents({ config: { models: { providers: { fake: provider } } } });
    expect(await t.ask()).toMatchObject({
      reason: "model_not_found",
      message: 'The API "telepathy" of fake/m is not supported.',
    });
  });
});

describe("fallbacks", () => {
  test("answer under the same run after one retry, told as a fallback, with one terminal event", async () => {
    const { t, model } = await start([fails(rateLimit()), fails(rateLimit()), says("from m2")], ["fake/m2"]);
    await using _ = t;
    const outcome = await t.ask({ runId: "r" });
    expect(outcome).toMatchObject({ status: "ok", text: "from m2", meta: { agentMeta: { model: "m2" } } });
    expect(model.requests.map((request) => request.model.id)).toEqual(["m1", "m1", "m2"]);
    expect(phases(t, "r")).toEqual(["start", "retry", "fallback", "end"]);
    expect(terminals(t, "r")).toHaveLength(1);
    expect(
      t.eventsOf("r").find((event) => event.type === "lifecycle" && event.phase === "fallback"),
    ).toMatchObject({
      selectedProvider: "fake",
      selectedModel: "m1",
      activeModel: "m2",
      reasonSummary: "rate limit",
      attemptSummaries: ["fake/m1 rate limit"],
      attempts: [{ provider: "fake", model: "m1", reason: "rate_limit", status: 429 }],
    });
  });

  test("get the same prompt, and are remembered until the selected model answers again", async () => {
    const refuse = fails(new ModelFailure("auth", "no", { status: 401 }));
    const { t, model } = await start([refuse, says("from m2"), says("from m1")], ["fake/m2"]);
    await using _ = t;
    await t.ask({ message: "same" });
    expect(model.requests[1]?.messages).toEqual(model.requests[0]?.messages);
    expect(await t.store.session("agent:main:main")).toMatchObject({
      fallbackNoticeSelectedModel: "fake/m1",
      fallbackNoticeActiveModel: "fake/m2",
      fallbackNoticeReason: "auth",
    });
    await t.ask({ runId: "second" });
    expect(phases(t, "second")).toEqual(["start", "fallback_cleared", "end"]);
    expect(await t.store.session("agent:main:main")).not.toHaveProperty("fallbackNoticeActiveModel");
  });

  test("that all fail are all named", async () => {
    const refuse = fails(new ModelFailure("auth", "no", { status: 401 }));
    const { t } = await start([refuse], ["fake/m2", "fake/m3"]);
    await using _ = t;
    expect(await t.ask()).toMatchObject({
      status: "error",
      reason: "auth",
      message:
        "All models failed (3): fake/m1: 401 no (auth) | fake/m2: 401 no (auth) | fake/m3: 401 no (auth)",
    });
  });

  test("are not tried for a prompt that is too long", async () => {
    const { t, model } = await start([fails(new ModelFailure("overflow", "x"))], ["fake/m2"]);
    await using _ = t;
    expect((await t.ask()).status).toBe("error");
    expect(model.requests).toHaveLength(1);
  });

  test("are not tried once text was seen", async () => {
    const half: ScriptedCall = async function* () {
      yield await Promise.resolve({ type: "text" as const, delta: "half" });
      throw rateLimit();
    };
    const { t, model } = await start([half], ["fake/m2"]);
    await using _ = t;
    expect(await t.ask()).toMatchObject({ status: "error", text: "half" });
    expect(model.requests).toHaveLength(1);
  });

  test("stay in use for the rest of the run", async () => {
    const callsTool: ScriptedCall = async function* () {
      yield await Promise.resolve({ type: "tool-call" as const, id: "c", name: "x", arguments: {} });
      yield { type: "finish", stopReason: "toolUse" };
    };
    const refuse = fails(new ModelFailure("auth", "no", { status: 401 }));
    const { t, model } = await start([refuse, callsTool, says("done")], ["fake/m2"]);
    await using _ = t;
    expect((await t.ask()).text).toBe("done");
    expect(model.requests.map((request) => request.model.id)).toEqual(["m1", "m2", "m2"]);
  });
});

describe("a conversation that has grown too long", () => {
  const small = { model: "builtin/echo-small" };

  test("goes on without its older half, which stays in the transcript", async () => {
    await using t = await startTestAgents();
    const question = "x".repeat(1500);
    for (let turn = 0; turn < 4; turn += 1)
      expect((await t.ask({ ...small, message: question })).status).toBe("ok");
    const entry = await t.store.session("agent:main:main");
    expect(entry).toMatchObject({ compactionCount: 1, abortedLastRun: false });
    const lines = await t.store.transcript(entry?.sessionId ?? "");
    expect(lines.filter((line) => line.type === "compaction")).toHaveLength(1);
    expect(lines.filter((line) => line.type === "message")).toHaveLength(8);
    // The note that something was left out, two kept turns, this one, and the question now.
    expect((await t.ask({ ...small, message: "@say @count" })).text).toMatch(/^[4-6]$/u);
    const { messages } = await t.agents.history("main", { limit: 100 });
    expect(messages.filter(({ role }) => role === "system")).toHaveLength(1);
  });

  test("fails when the newest message alone is too long", async () => {
    await using t = await startTestAgents();
    await t.ask({ ...small, message: "hi" });
    expect(await t.ask({ ...small, runId: "r", message: "x".repeat(9000) })).toMatchObject({
      status: "error",
      reason: "overflow",
      message: expect.stringMatching(/^Context overflow/u),
      meta: { error: { kind: "context_overflow" } },
    });
    expect(terminals(t, "r")).toHaveLength(1);
  });
});
