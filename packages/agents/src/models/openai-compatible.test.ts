import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  endStream,
  openStream,
  refuse,
  sendChunk,
  startFakeOpenAI,
  streamText,
} from "../testing/fake-openai.ts";
import { createOpenAICompatibleProvider } from "./openai-compatible.ts";
import type { ModelEvent, ModelRequest, ResolvedModel } from "./types.ts";

function requestTo(
  baseUrl: string,
  o: Partial<ModelRequest> = {},
  model: Partial<ResolvedModel> = {},
): ModelRequest {
  return {
    runId: "r",
    model: {
      ...{ provider: "fake", id: "m1", name: "m1", contextWindow: 8000, maxTokens: 100, reasoning: false },
      input: ["text", "image"],
      api: "openai-completions",
      price: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 0 },
      ...{ baseUrl, apiKey: "sk-test", compat: {} },
      ...model,
    },
    system: "be brief",
    messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
    tools: [],
    thinking: "off",
    failedCalls: 0,
    ...o,
  };
}

async function collect(request: ModelRequest, signal = new AbortController().signal): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of createOpenAICompatibleProvider().stream(request, signal)) events.push(event);
  return events;
}

describe("the OpenAI-compatible provider", () => {
  test("streams text and counts cached tokens apart, with their price", async () => {
    await using server = await startFakeOpenAI((res) => {
      openStream(res);
      sendChunk(res, { role: "assistant", content: "Hel" });
      sendChunk(res, { content: "lo" });
      sendChunk(res, {}, "stop");
      endStream(res, {
        prompt_tokens: 100,
        completion_tokens: 6,
        prompt_tokens_details: { cached_tokens: 40 },
      });
    });
    const events = await collect(requestTo(server.baseUrl));
    expect(events.slice(0, 2)).toEqual([
      { type: "text", delta: "Hel" },
      { type: "text", delta: "lo" },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: "finish",
      stopReason: "stop",
      usage: {
        input: 60,
        output: 6,
        cacheRead: 40,
        totalTokens: 106,
        cost: { input: 60 / 1e6, output: 12 / 1e6 },
      },
    });
    expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-test");
    expect(server.requests[0]?.body).toMatchObject({
      model: "m1",
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: "system", content: "be brief" },
        { role: "user", content: "hi" },
      ],
    });
  });

  test("sends the whole conversation: images, calls and their results", async () => {
    await using server = await startFakeOpenAI(streamText("ok"));
    await collect(
      requestTo(server.baseUrl, {
        tools: [
          { name: "read", description: "Reads a file.", parameters: { type: "object", properties: {} } },
        ],
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "look" },
              { type: "image", mimeType: "image/png", data: "AAAA" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "secret" },
              { type: "text", text: "reading" },
              { type: "toolCall", id: "c1", name: "read", arguments: { path: "a" } },
            ],
          },
          {
            role: "toolResult",
            toolCallId: "c1",
            toolName: "read",
            content: [{ type: "text", text: "A" }],
            isError: false,
          },
        ],
      }),
    );
    const { messages, tools } = server.requests[0]?.body as { messages: object[]; tools: object[] };
    expect(messages[1]).toMatchObject({
      content: [
        { type: "text", text: "look" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ],
    });
    expect(messages[2]).toMatchObject({ role: "assistant", content: "reading" });
    expect(messages[2]).toMatchObject({
      tool_calls: [{ id: "c1", function: { name: "read", arguments: '{"path":"a"}' } }],
    });
    expect(messages[3]).toMatchObject({ role: "tool", tool_call_id: "c1", content: "A" });
    expect(JSON.stringify(messages)).not.toContain("secret");
    expect(tools).toMatchObject([
      { type: "function", function: { name: "read", description: "Reads a file." } },
    ]);
  });

  test("reads thinking and a call whose arguments come in pieces", async () => {
    await using server = await startFakeOpenAI((res) => {
      openStream(res);
      sendChunk(res, { reasoning_content: "hm" });
      sendChunk(res, {
        tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "read", arguments: "" } }],
      });
      sendChunk(res, { tool_calls: [{ index: 0, function: { arguments: '{"pa' } }] });
      sendChunk(res, { tool_calls: [{ index: 0, function: { arguments: 'th":"a"}' } }] });
      sendChunk(res, {}, "tool_calls");
      endStream(res);
    });
    const events = await collect(requestTo(server.baseUrl));
    expect(events[0]).toEqual({ type: "thinking", delta: "hm" });
    expect(
      events
        .filter((event) => event.type === "tool-input")
        .map((event) => event.delta)
        .join(""),
    ).toBe('{"path":"a"}');
    expect(events.find((event) => event.type === "tool-call")).toEqual({
      type: "tool-call",
      id: "c1",
      name: "read",
      arguments: { path: "a" },
    });
    expect(events.at(-1)).toMatchObject({ type: "finish", stopReason: "toolUse" });
  });

  test("asks a reasoning model for the wanted effort, and no other model", async () => {
    await using server = await startFakeOpenAI(streamText("ok"));
    await collect(requestTo(server.baseUrl, { thinking: "high" }, { reasoning: true }));
    await collect(requestTo(server.baseUrl, { thinking: "high" }));
    expect(server.requests.map(({ body }) => body["reasoning_effort"])).toEqual(["high", undefined]);
  });

  test("needs no key where none is configured", async () => {
    await using server = await startFakeOpenAI(streamText("ok"));
    const { apiKey: _apiKey, ...model } = requestTo(server.baseUrl).model;
    await collect({ ...requestTo(server.baseUrl), model });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test.each([
    [401, "Incorrect API key provided", "auth"],
    [402, "Insufficient credits", "billing"],
    [429, "Rate limit reached for requests", "rate_limit"],
    [400, "This model's maximum context length is 8192 tokens.", "overflow"],
    [400, "tool_call_id is not valid", "format"],
    [404, "The model does not exist", "model_not_found"],
    [500, "The server had an error", "timeout"],
  ])("classifies HTTP %d %j as %s and calls only once", async (status, message, reason) => {
    await using server = await startFakeOpenAI(refuse(status, message));
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ status, message, reason });
    expect(server.requests).toHaveLength(1);
  });

  test("passes on how long the provider wants to be left alone", async () => {
    await using server = await startFakeOpenAI(refuse(429, "slow down", { "retry-after": "7" }));
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ retryAfterMs: 7000 });
    const date = "Sun, 22 Nov 2026 12:00:00 GMT";
    server.answer = refuse(429, "slow down", { "retry-after": "Sun, 22 Nov 2026 12:00:09 GMT", date });
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ retryAfterMs: 9000 });
  });

  test("reports a connection that breaks in mid-stream, and a stream that just ends", async () => {
    await using server = await startFakeOpenAI((res) => {
      openStream(res);
      sendChunk(res, { content: "half " });
      setImmediate(() => res.destroy());
    });
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ reason: "timeout" });
    server.answer = (res) => {
      openStream(res);
      sendChunk(res, { content: "half " });
      res.end();
    };
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ reason: "timeout" });
  });

  test("reports an error sent inside the stream", async () => {
    await using server = await startFakeOpenAI((res) => {
      openStream(res);
      res.end(
        `data: ${JSON.stringify({ error: { message: "Rate limit reached", code: "rate_limit" } })}\n\n`,
      );
    });
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ reason: "rate_limit" });
  });

  test("reports a server that is not there", async () => {
    const server = await startFakeOpenAI(streamText("ok"));
    await server[Symbol.asyncDispose]();
    await expect(collect(requestTo(server.baseUrl))).rejects.toMatchObject({ reason: "timeout" });
  });

  test("closes the upstream request when aborted", async () => {
    await using server = await startFakeOpenAI((res) => {
      openStream(res);
      sendChunk(res, { content: "first " });
    });
    const controller = new AbortController();
    const events = createOpenAICompatibleProvider().stream(requestTo(server.baseUrl), controller.signal);
    await expect(
      (async () => {
        for await (const event of events) if (event.type === "text") controller.abort();
      })(),
    ).rejects.toThrow();
    await server.cutOff;
  });

  test("closes the upstream request when the reader leaves", async () => {
    await using server = await startFakeOpenAI((res) => {
      openStream(res);
      sendChunk(res, { content: "first " });
    });
    for await (const event of createOpenAICompatibleProvider().stream(
      requestTo(server.baseUrl),
      new AbortController().signal,
    )) {
      if (event.type === "text") break;
    }
    await server.cutOff;
  });

  test("reads no further than it is asked to", async () => {
    let pulls = 0;
    const chunk = {
      id: "c",
      created: 1,
      model: "m1",
      choices: [{ index: 0, delta: { content: "x" }, finish_reason: null }],
    };
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls += 1;
          controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { "content-type": "text/event-stream" };
    const provider = createOpenAICompatibleProvider({
      fetch: () => Promise.resolve(new Response(body, { headers })),
    });
    const events = provider.stream(requestTo("http://fake.test/v1"), new AbortController().signal);
    const iterator = events[Symbol.asyncIterator]();
    await iterator.next();
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    expect(pulls).toBeLessThan(20);
    await iterator.return?.();
  });
});
