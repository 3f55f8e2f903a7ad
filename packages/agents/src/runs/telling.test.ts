import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  says,
  scriptedModel,
  startTestAgents,
  type ScriptedCall,
  type TestAgents,
} from "../testing/index.ts";
import { visibleTextOf } from "../text/visible-text.ts";
import type { RunEvent } from "./types.ts";

const chats = (t: TestAgents, runId: string) =>
  t.eventsOf(runId).flatMap((event) => (event.type === "chat" ? [event] : []));
const assistants = (t: TestAgents, runId: string) =>
  t.eventsOf(runId).flatMap((event) => (event.type === "assistant" ? [event] : []));
const echoing = (...calls: ScriptedCall[]) => ({ providers: { "builtin-echo": scriptedModel(...calls) } });

describe("the events of a run", () => {
  test("tell the recorded story: start, words, end, and chat events that mirror the number before them", async () => {
    await using t = await startTestAgents();
    await t.ask({ kind: "agent", runId: "r", message: "@words 4" });
    const story = t.eventsOf("r").map((event) => {
      if (event.type === "lifecycle") return `${event.seq} lifecycle ${event.phase}`;
      if (event.type === "assistant") return `${event.seq} assistant ${event.text} +${event.delta}`;
      return `${event.seq} chat ${event.type === "chat" ? event.state : ""}`;
    });
    expect(story).toEqual([
      "1 lifecycle start",
      "2 assistant w1 +w1",
      "2 chat delta",
      "3 assistant w1 w2 + w2",
      "4 assistant w1 w2 w3 + w3",
      "5 assistant w1 w2 w3 w4 + w4",
      "6 lifecycle end",
      "6 chat delta",
      "6 chat final",
    ]);
    expect(chats(t, "r").at(-2)).toMatchObject({ isFlush: true, deltaText: " w2 w3 w4" });
    expect(chats(t, "r").at(-1)).toMatchObject({
      key: "agent:main:main",
      text: "w1 w2 w3 w4",
      stopReason: "stop",
    });
  });

  test("join to the text that was said, however the model cut it", async () => {
    const piece = fc.oneof(
      fc.constantFrom("NO_", "REPLY", " ", "**", "done", "[[audio_as_voice]]"),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        await using t = await startTestAgents(echoing(says(...pieces)));
        const { text } = await t.ask({ runId: "r" });
        expect(text).toBe(visibleTextOf(pieces.join("")));
        expect(
          assistants(t, "r")
            .map(({ delta }) => delta)
            .join(""),
        ).toBe(text);
        expect(assistants(t, "r").at(-1)?.text ?? "").toBe(text);
        const deltas = chats(t, "r").flatMap((event) => (event.state === "delta" ? [event.deltaText] : []));
        expect(deltas.join("")).toBe(text);
        expect(chats(t, "r").at(-1)).toMatchObject({ state: "final", ...(text !== "" && { text }) });
      }),
      { seed: 7, numRuns: 80 },
    );
  });

  test("cost no more than a few times the text, even for 100 000 words", async () => {
    await using t = await startTestAgents();
    const { text } = await t.ask({ runId: "r", message: "@words 100000" });
    expect(text.length).toBeGreaterThan(500_000);
    const sent = t
      .eventsOf("r")
      .reduce((sum, event) => sum + ("text" in event ? (event.text?.length ?? 0) : 0), 0);
    // A few whole texts per second at the paced rate, and every word while the text is short.
    expect(sent).toBeLessThan(20 * text.length);
    expect(
      assistants(t, "r")
        .map(({ delta }) => delta)
        .join(""),
    ).toBe(text);
  });

  test("start the text over after a tool call and replace what the chat shows", async () => {
    await using t = await startTestAgents();
    const outcome = await t.ask({ runId: "r", message: "@tool nope {}\n@say after" });
    expect(outcome).toMatchObject({
      text: "Calling nope.\n\nafter",
      payloads: [
        { text: "Calling nope.", mediaUrl: null },
        { text: "after", mediaUrl: null },
      ],
    });
    expect(assistants(t, "r").at(-1)).toMatchObject({ text: "after", delta: "after" });
    expect(t.eventsOf("r").filter((event) => event.type === "tool")).toMatchObject([
      { phase: "start", name: "nope", toolCallId: "call_0_0", args: {} },
      { phase: "result", isError: true, result: { content: [{ text: "Tool nope not found" }] } },
    ]);
    expect(chats(t, "r").find((event) => event.state === "delta" && event.text === "after")).toMatchObject({
      replace: true,
    });
    expect(chats(t, "r").at(-1)).toMatchObject({ state: "final", text: "after" });
  });

  test("show thinking only to sessions that ask for it", async () => {
    await using t = await startTestAgents();
    await t.ask({ runId: "a", message: "@think hm hm\n@say ok" });
    const entry = await t.store.session("agent:main:main");
    await t.store.commit([{ type: "session.put", entry: { ...entry!, reasoningLevel: "stream" } }]);
    await t.ask({ runId: "b", message: "@think hm hm\n@say ok" });
    const thoughts = (runId: string) =>
      t.eventsOf(runId).flatMap((event) => (event.type === "thinking" ? [event.delta] : []));
    expect([thoughts("a").join(""), thoughts("b").join("")]).toEqual(["", "hm hm"]);
  });
});

describe("silent replies", () => {
  test.each([
    ["@silent", undefined],
    ["@say done NO_REPLY", "done"],
    ["@say HEARTBEAT_OK", undefined],
    ["@say **HEARTBEAT_OK** all well", "all well"],
    ["@say [[reply_to_current]]hey", "hey"],
  ])("%j ends with the chat text %j", async (message, text) => {
    await using t = await startTestAgents();
    const outcome = await t.ask({ runId: "r", message });
    expect(outcome.payloads.map((payload) => payload.text)).toEqual(text === undefined ? [] : [text]);
    const final = chats(t, "r").at(-1);
    expect(final).toMatchObject({ state: "final" });
    expect(final && "text" in final ? final.text : undefined).toBe(text);
  });

  test("are not in the history, but are in the transcript", async () => {
    await using t = await startTestAgents();
    await t.ask({ message: "@silent" });
    const { messages, sessionId } = await t.agents.history("main", { limit: 10 });
    expect(messages.map(({ role }) => role)).toEqual(["user"]);
    expect(JSON.stringify((await t.store.transcript(sessionId ?? "")).at(-1))).toContain("NO_REPLY");
  });
});

describe("a reader that falls behind", () => {
  test("holds the model back instead of filling the memory, and still gets everything", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ runId: "r", message: "@chunk 1\n@say " + "x".repeat(3000) });
    const events = handle.events()[Symbol.asyncIterator]();
    const seen: RunEvent[] = [];
    seen.push((await events.next()).value as RunEvent);
    for (let turn = 0; turn < 2000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(assistants(t, "r").length).toBeLessThan(400);
    for (let next = await events.next(); next.done !== true; next = await events.next())
      seen.push(next.value);
    expect((await handle.final).text).toHaveLength(3000);
    expect(seen).toHaveLength(t.eventsOf("r").length);
  });

  test("holds nothing back once it has left", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ message: "@chunk 1\n@say " + "x".repeat(3000) });
    for await (const event of handle.events()) if (event.type === "assistant") break;
    expect((await handle.final).status).toBe("ok");
  });

  test("does not keep a run from being aborted", async () => {
    await using t = await startTestAgents();
    const handle = await t.accept({ message: "@chunk 1\n@say " + "x".repeat(3000) });
    handle.events();
    for (let turn = 0; turn < 2000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    handle.abort("rpc");
    expect((await handle.final).status).toBe("aborted");
  });
});

describe("the remark that no model is configured", () => {
  const offlineHint = "No model is configured.";

  test("ends the first answer of a session, and no other", async () => {
    await using t = await startTestAgents({ offlineHint });
    expect((await t.ask()).text).toBe("You said: hello\n\nNo model is configured.");
    expect((await t.ask()).text).toBe("You said: hello");
    expect((await t.ask({ kind: "http", sessionKey: "new" })).text).toBe("You said: hello");
    expect((await t.ask({ model: "builtin/echo", sessionKey: "other" })).text).toBe("You said: hello");
    const { messages } = await t.agents.history("main", { limit: 2 });
    expect(JSON.stringify(messages)).not.toContain(offlineHint);
  });

  test("is not made where a model is configured", async () => {
    await using t = await startTestAgents({
      offlineHint,
      config: { agents: { defaults: { model: "builtin/echo" } } },
    });
    expect((await t.ask()).text).toBe("You said: hello");
  });
});
