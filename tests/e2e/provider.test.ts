import { randomUUID } from "node:crypto";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { connect, startEmbedded, TOKEN } from "../support/embedded.ts";
import { FakeProvider } from "../support/fake-provider.ts";

const WORDS = ["Hello", " from", " a", " model", "."];
const SENTENCE = "Hello from a model.";

describe("an OpenAI-compatible provider", () => {
  test("answers through agent, chat.send and HTTP, streaming and not", async () => {
    await using provider = await FakeProvider.start({ words: WORDS });
    await using running = await startEmbedded(provider.config());
    const client = await connect(running.address.url);

    const run = client.run("agent", { message: "one", idempotencyKey: randomUUID() });
    const deltas: unknown[] = [];
    const reading = (async () => {
      for await (const event of run.events)
        if (event.stream === "assistant") deltas.push(event.data["delta"]);
    })();
    expect(await run.final).toMatchObject({
      status: "ok",
      result: {
        payloads: [{ text: SENTENCE }],
        meta: { agentMeta: { provider: "fake", model: "fake-1", usage: { input: 11, output: 5 } } },
      },
    });
    await reading;
    expect(deltas.join("")).toBe(SENTENCE);

    const final = new Promise((resolve) =>
      client.on("chat", (event) => event.state === "final" && resolve(event.message)),
    );
    await client.request("chat.send", { sessionKey: "main", message: "two", idempotencyKey: randomUUID() });
    expect(await final).toMatchObject({ content: [{ type: "text", text: SENTENCE }] });

    const openai = new OpenAI({ baseURL: `${running.address.httpUrl}/v1`, apiKey: TOKEN, maxRetries: 0 });
    const whole = await openai.chat.completions.create({
      model: "openclaw",
      messages: [{ role: "user", content: "three" }],
    });
    expect(whole.choices[0]?.message.content).toBe(SENTENCE);
    expect(whole.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 5 });
    let streamed = "";
    for await (const chunk of await openai.chat.completions.create({
      model: "openclaw",
      stream: true,
      messages: [{ role: "user", content: "four" }],
    })) {
      streamed += chunk.choices[0]?.delta.content ?? "";
    }
    expect(streamed).toBe(SENTENCE);

    expect(provider.requests).toHaveLength(4);
    expect(provider.requests[0]?.authorization).toBe("Bearer fake-provider-key");
    // The second turn on the main session knows the first.
    expect(JSON.stringify(provider.requests[1]?.body.messages)).toContain("one");
    await client.close();
  });

  test("is let go at once when the run is aborted, and the next message works", async () => {
    await using provider = await FakeProvider.start({
      words: Array.from({ length: 500 }, (_, index) => `w${index} `),
      delayMs: 20,
    });
    await using running = await startEmbedded(provider.config());
    const client = await connect(running.address.url);
    const seen: string[] = [];
    const end = new Promise<void>((resolve) => {
      client.on("chat", (event) => {
        seen.push(event.state);
        if (event.state === "aborted") resolve();
        else if (event.state === "delta" && seen.length === 2)
          void client.request("chat.abort", { sessionKey: "main" });
      });
    });
    await client.request("chat.send", {
      sessionKey: "main",
      message: "go on for long",
      idempotencyKey: randomUUID(),
    });
    await end;
    await provider.requests[0]?.aborted;
    expect(seen.filter((state) => state !== "delta")).toEqual(["aborted"]);
    const { messages } = await client.request("chat.history", { sessionKey: "main" });
    expect(messages.map(({ role, stopReason }) => [role, stopReason])).toEqual([
      ["user", undefined],
      ["assistant", "aborted"],
    ]);
    await client.close();
  });

  test("is let go when an HTTP client goes away", async () => {
    await using provider = await FakeProvider.start({
      words: Array.from({ length: 500 }, () => "word "),
      delayMs: 20,
    });
    await using running = await startEmbedded(provider.config());
    const openai = new OpenAI({ baseURL: `${running.address.httpUrl}/v1`, apiKey: TOKEN, maxRetries: 0 });
    const stream = await openai.chat.completions.create({
      model: "openclaw",
      stream: true,
      messages: [{ role: "user", content: "go" }],
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await provider.requests[0]?.aborted;
    expect(provider.requests).toHaveLength(1);
  });

  test.each([
    [401, "auth", 1],
    [400, "format", 1],
  ])("ends the run as an error at once when it answers %i", async (status, _reason, calls) => {
    await using provider = await FakeProvider.start({ words: WORDS });
    await using running = await startEmbedded(provider.config());
    const client = await connect(running.address.url);
    const run = client.run("agent", { message: `status ${status}`, idempotencyKey: randomUUID() });
    await expect(run.final).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(provider.requests).toHaveLength(calls);
    await client.close();
  });
});
