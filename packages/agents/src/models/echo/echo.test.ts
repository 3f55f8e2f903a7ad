import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GREETING_INSTRUCTION, HEARTBEAT_INSTRUCTION } from "../../prompt/instructions.ts";
import { ModelFailure } from "../failure.ts";
import type { ContextMessage, ModelEvent, ModelRequest, ThinkingLevel } from "../types.ts";
import { parseEchoScript } from "./directives.ts";
import { echoProvider } from "./echo.ts";
import { ECHO_FAILURES, ECHO_MODELS } from "./models.ts";

const user = (text: string): ContextMessage => ({ role: "user", content: [{ type: "text", text }] });

function requestOf(
  messages: readonly ContextMessage[],
  o: Partial<ModelRequest> & { id?: string } = {},
): ModelRequest {
  const [info] = ECHO_MODELS;
  const small = ECHO_MODELS.find((model) => model.id === o.id);
  const model = {
    ...(small ?? info!),
    ...(o.id !== undefined && { id: o.id }),
    api: "builtin-echo",
    price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    compat: {},
  };
  return { runId: "r", model, system: "", messages, tools: [], thinking: "off", failedCalls: 0, ...o };
}

async function collect(request: ModelRequest, signal = new AbortController().signal): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of echoProvider.stream(request, signal)) events.push(event);
  return events;
}

async function answer(text: string, o: Partial<ModelRequest> = {}): Promise<string> {
  return textOf(await collect(requestOf([user(text)], o)));
}

function textOf(events: readonly ModelEvent[]): string {
  return events.flatMap((event) => (event.type === "text" ? [event.delta] : [])).join("");
}

describe("the built-in model without directives", () => {
  test.each([
    ["hello there", "You said: hello there"],
    ["[Sun 2026-11-22 12:11 UTC] hi", "You said: hi"],
    ["System: [2026-11-22 12:15:20 UTC] Model switched.\n\n[Sun 2026-11-22 12:15 UTC] hi", "You said: hi"],
    ["  ", "(empty message)"],
    ["@nosuch directive", "You said: @nosuch directive"],
    ["@words many", "You said: @words many"],
    [GREETING_INSTRUCTION, "Hello. New session."],
    [`${HEARTBEAT_INSTRUCTION}\nCurrent time: now`, "HEARTBEAT_OK"],
  ])("answers %j with %j", async (text, reply) => {
    expect(await answer(text)).toBe(reply);
  });

  test("counts images when there is no text", async () => {
    const image = { type: "image", mimeType: "image/png", data: "AAAA" } as const;
    const events = await collect(requestOf([{ role: "user", content: [image, image] }]));
    expect(textOf(events)).toBe("Received 2 image(s).");
  });

  test("looks at the last user message only", async () => {
    const events = await collect(requestOf([user("@say old"), user("new")]));
    expect(textOf(events)).toBe("You said: new");
  });

  test("streams word by word and counts four characters to a token", async () => {
    const events = await collect(requestOf([user("a b")]));
    expect(events.map((event) => (event.type === "text" ? event.delta : event.type))).toEqual([
      "You ",
      "said: ",
      "a ",
      "b",
      "finish",
    ]);
    expect(events.at(-1)).toMatchObject({
      stopReason: "stop",
      usage: { input: 1, output: 4, totalTokens: 5 },
    });
  });
});

describe("directives", () => {
  test.each([
    ["@say one\n@say two", "one\ntwo"],
    ["@say a\\nb", "a\nb"],
    ["@words 3", "w1 w2 w3"],
    ["@silent", "NO_REPLY"],
    ["@say count=@count model=@model", "count=1 model=builtin/echo"],
    ["hello\n@delay 1\nworld", "You said: hello\nworld"],
  ])("%j answers %j", async (text, reply) => {
    expect(await answer(text)).toBe(reply);
  });

  test("@chunk cuts by characters, not by halves of them", async () => {
    const events = await collect(requestOf([user("@chunk 2\n@say \u{1f600}bcd")]));
    expect(events.slice(0, 2)).toEqual([
      { type: "text", delta: "\u{1f600}b" },
      { type: "text", delta: "cd" },
    ]);
  });

  test("@think thinks first, unless thinking is off", async () => {
    const think = (thinking: ThinkingLevel) =>
      collect(requestOf([user("@think hm ok\n@say done")], { thinking }));
    expect((await think("low")).map((event) => event.type)).toEqual([
      "thinking",
      "thinking",
      "text",
      "finish",
    ]);
    expect((await think("off")).map((event) => event.type)).toEqual(["text", "finish"]);
  });

  test("@tool calls a tool per step and goes on where it was", async () => {
    const messages: ContextMessage[] = [user('@tool read {"path":"a.txt"}\n@tool write\n@say got @result')];
    const first = await collect(requestOf(messages));
    expect(textOf(first)).toBe("Calling read.");
    expect(first.filter((event) => event.type === "tool-call")).toEqual([
      { type: "tool-call", id: "call_0_0", name: "read", arguments: { path: "a.txt" } },
    ]);
    const pieces = first.flatMap((event) => (event.type === "tool-input" ? [event.delta] : []));
    expect(pieces.join("")).toBe('{"path":"a.txt"}');
    expect(pieces.every((piece) => piece.length <= 8)).toBe(true);
    expect(first.at(-1)).toMatchObject({ type: "finish", stopReason: "toolUse" });

    const result = (toolName: string): ContextMessage => ({
      role: "toolResult",
      toolCallId: "x",
      toolName,
      content: [{ type: "text", text: `${toolName} ok` }],
      isError: false,
    });
    messages.push({ role: "assistant", content: [{ type: "text", text: "Calling read." }] }, result("read"));
    expect(textOf(await collect(requestOf(messages)))).toBe("Calling write.");
    messages.push(
      { role: "assistant", content: [{ type: "text", text: "Calling write." }] },
      result("write"),
    );
    expect(textOf(await collect(requestOf(messages)))).toBe("got write ok");
  });

  test("@tools calls several in one step", async () => {
    const events = await collect(requestOf([user('@tools [{"name":"a","args":{"n":1}},{"name":"b"}]')]));
    expect(events.filter((event) => event.type === "tool-call")).toEqual([
      { type: "tool-call", id: "call_0_0", name: "a", arguments: { n: 1 } },
      { type: "tool-call", id: "call_0_1", name: "b", arguments: {} },
    ]);
  });

  test.each(["@tool read {broken", "@tool", "@tools {}", "@tools [1]", "@usage nope"])(
    "%j fails as a format error",
    async (text) => {
      await expect(answer(text)).rejects.toMatchObject({ reason: "format" });
    },
  );

  test.each(ECHO_FAILURES)(
    "@error %s fails in its class, and so does the model of that name",
    async (name) => {
      const reason = name === "disconnect" ? "timeout" : name;
      await expect(answer(`@error ${name}`)).rejects.toMatchObject({ reason });
      await expect(collect(requestOf([user("hi")], { id: `fail-${name}` }))).rejects.toBeInstanceOf(
        ModelFailure,
      );
    },
  );

  test("@error after @say fails in mid-stream, with a message of its own", async () => {
    const said: string[] = [];
    const run = async (): Promise<void> => {
      const request = requestOf([user("@say half\n@error auth no such key")]);
      for await (const event of echoProvider.stream(request, new AbortController().signal))
        said.push(event.type);
    };
    await expect(run()).rejects.toMatchObject({ status: 401, message: "no such key" });
    expect(said).toEqual(["text"]);
  });

  test("@flaky fails as often as it says and then goes on", async () => {
    const text = "@flaky 2 rate_limit\n@say ok";
    await expect(answer(text, { failedCalls: 0 })).rejects.toMatchObject({ reason: "rate_limit" });
    await expect(answer(text, { failedCalls: 1 })).rejects.toMatchObject({ reason: "rate_limit" });
    expect(await answer(text, { failedCalls: 2 })).toBe("ok");
  });

  test("@drop ends without a finish, @stop length and @usage change it", async () => {
    expect((await collect(requestOf([user("@say x\n@drop")]))).map((event) => event.type)).toEqual(["text"]);
    const events = await collect(
      requestOf([user('@stop length\n@usage {"input":7,"output":3,"cacheRead":2}\n@say x')]),
    );
    expect(events.at(-1)).toMatchObject({
      stopReason: "length",
      usage: { input: 7, output: 3, totalTokens: 12 },
    });
  });

  test("a context beyond the window overflows", async () => {
    await expect(collect(requestOf([user("x".repeat(9000))], { id: "echo-small" }))).rejects.toMatchObject({
      reason: "overflow",
    });
  });

  test("limits what it is asked for", () => {
    expect(parseEchoScript("@words 999999999\n@delay 99999999").directives).toEqual([
      { do: "words", count: 100_000 },
      { do: "delay", ms: 10_000 },
    ]);
  });

  test.each(["@wait 3600000", "@delay 10000\n@words 5", "@words 100000"])(
    "%j ends at once when aborted",
    async (text) => {
      const controller = new AbortController();
      const events = collect(requestOf([user(text)]), controller.signal);
      setImmediate(() => controller.abort());
      await expect(events).rejects.toMatchObject({ name: "AbortError" });
    },
  );
});

test("the same messages always give the same answer", async () => {
  const line = fc.oneof(
    fc.constantFrom(
      "@say a b",
      "@words 5",
      "@chunk 3",
      "@think hm",
      "@stop length",
      "@tool x {}",
      "@count",
      "@silent",
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      const request = requestOf([user(lines.join("\n"))], { thinking: "low" });
      expect(await collect(request)).toEqual(await collect(request));
    }),
    { seed: 7, numRuns: 60 },
  );
});
