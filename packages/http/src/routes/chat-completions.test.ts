import { METHODS } from "@openclaw/protocol";
import { describe, expect, test, vi } from "vitest";
import { scriptedAgents, type Script } from "../testing/scripted-agents.ts";
import { parseSse } from "../testing/sse.ts";
import { NOW, testApp } from "../testing/test-app.ts";
import { CHAT_SCOPE } from "./chat-completions.ts";
import { MODELS_SCOPE } from "./models.ts";

const HELLO = { model: "openclaw", messages: [{ role: "user", content: "hi" }] };
const created = NOW / 1000;

async function errorOf(response: Response) {
  const body = (await response.json()) as { error: { message: string; type: string } };
  return [response.status, body.error.type, body.error.message];
}

const scripted = (script: Script) => testApp({ agents: scriptedAgents(script) });

describe("POST /v1/chat/completions", () => {
  test("answers with a completion whose id is the run's", async () => {
    const { chat, agents } = testApp({
      agents: scriptedAgents({
        messages: [["Hello", "."]],
        usage: { input: 11, cacheRead: 2, cacheWrite: 1, output: 5 },
      }),
    });
    const response = await chat({ ...HELLO, model: "openclaw/main" });
    const body = (await response.json()) as { id: string };
    expect(body).toEqual({
      id: expect.stringMatching(/^chatcmpl_/),
      object: "chat.completion",
      created,
      model: "openclaw/main",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
      usage: { prompt_tokens: 14, completion_tokens: 5, total_tokens: 19 },
    });
    expect(agents.requests).toMatchObject([
      { runId: body.id, kind: "http", principal: "shared", message: "hi", agentId: "main" },
    ]);
  });

  test("joins several payloads by blank lines, and says so when there is none", async () => {
    const content = async (payloads: string[]) => {
      const body = await (await scripted({ payloads }).chat(HELLO)).json();
      return (body as { choices: [{ message: { content: string } }] }).choices[0].message.content;
    };
    expect(await content(["one", "two"])).toBe("one\n\ntwo");
    expect(await content([])).toBe("No response from OpenClaw.");
  });

  test("reports a cut answer as length", async () => {
    const body: unknown = await (
      await scripted({ messages: [["a"]], stopReason: "length" }).chat(HELLO)
    ).json();
    expect(body).toMatchObject({ choices: [{ finish_reason: "length" }] });
  });

  test("T-AZ-05 needs the scopes of the methods that do the same over WebSocket", () => {
    expect([CHAT_SCOPE, MODELS_SCOPE]).toEqual([METHODS["chat.send"].scope, METHODS["models.list"].scope]);
  });

  test("T-AZ-05 refuses a caller without the scope", async () => {
    const { chat, agents } = testApp({ grant: { scopes: ["operator.read"] } });
    const response = await chat(HELLO);
    const error = { type: "forbidden", message: "missing scope: operator.write" };
    expect([response.status, await response.json()]).toEqual([403, { ok: false, error }]);
    expect(agents.requests).toEqual([]);
  });

  test("T-AZ-03 lets only an admin start a session over", async () => {
    const mayReset = async (scopes: string[]) => {
      const { chat, agents } = testApp({ grant: { scopes } });
      await chat(HELLO);
      return agents.requests[0]?.mayReset;
    };
    expect([await mayReset(["operator.admin"]), await mayReset(["operator.write"])]).toEqual([true, false]);
  });

  test("checks the method before the credentials and the credentials before the body", async () => {
    const { send } = testApp();
    const get = await send("/v1/chat/completions", { isAnonymous: true });
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    const post = await send("/v1/chat/completions", { method: "POST", body: "{", isAnonymous: true });
    expect([post.status, await post.json()]).toEqual([
      401,
      { error: { message: "Unauthorized", type: "unauthorized" } },
    ]);
  });

  test("T-WEB-09 accepts no token in the query", async () => {
    const response = await testApp().send("/v1/chat/completions?token=test-token", {
      method: "POST",
      isAnonymous: true,
      body: "{}",
    });
    expect(response.status).toBe(401);
  });

  test("answers a locked out caller with 429 and the time to wait", async () => {
    const authenticate = () =>
      ({
        ok: false,
        status: 429,
        retryAfterMs: 1_200,
        type: "rate_limited",
        message: "Too many failed authentication attempts. Please try again later.",
      }) as const;
    const response = await testApp({ ports: { authenticate } }).chat(HELLO);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "2"]);
    expect(await response.json()).toEqual({
      error: {
        message: "Too many failed authentication attempts. Please try again later.",
        type: "rate_limited",
      },
    });
  });

  test("does not exist while it is disabled, with credentials or without", async () => {
    const { send } = testApp({ config: { chatCompletions: { enabled: false } } });
    for (const isAnonymous of [true, false]) {
      const response = await send("/v1/chat/completions", {
        method: "POST",
        body: JSON.stringify(HELLO),
        isAnonymous,
      });
      expect([response.status, await response.text()]).toEqual([404, "Not Found"]);
    }
  });

  test("takes no work before the start is over", async () => {
    const startup = () => ({ status: "starting", version: "1", uptimeMs: 1 }) as const;
    const response = await testApp({ ports: { startup } }).chat(HELLO);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });
});

describe("request body", () => {
  test.each([
    ["an empty body", ""],
    ["no messages", { model: "openclaw", messages: [] }],
    ["a JSON array", "[]"],
    ["messages that are no list", { messages: "hi" }],
    ["only a system message", { messages: [{ role: "system", content: "x" }] }],
    [
      "only an image",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }] },
    ],
    ["blank text", { messages: [{ role: "user", content: "  \n" }] }],
    ["an unknown role", { messages: [{ role: "critic", content: "x" }] }],
  ])("refuses %s: there is nothing to answer", async (_what, body) => {
    expect(await errorOf(await testApp().chat(body))).toEqual([
      400,
      "invalid_request_error",
      "Missing user message in `messages`.",
    ]);
  });

  test("names the JSON mistake", async () => {
    const [status, type, message] = await errorOf(await testApp().chat('{"model":'));
    expect([status, type]).toEqual([400, "invalid_request_error"]);
    expect(message).not.toBe("");
  });

  test.each([
    [{ temperature: 9 }, "`temperature` must be between 0 and 2."],
    [{ temperature: "hot" }, "`temperature` must be between 0 and 2."],
    [{ top_p: -1 }, "`top_p` must be between 0 and 1."],
    [{ presence_penalty: 3 }, "`presence_penalty` must be between -2 and 2."],
    [{ max_completion_tokens: 0 }, "`max_completion_tokens` must be a positive integer."],
    [{ seed: 1.5 }, "`seed` must be an integer."],
    [{ stop: ["a", "b", "c", "d", "e"] }, "`stop` must be a non-empty string or up to 4 of them."],
    [{ stop: "" }, "`stop` must be a non-empty string or up to 4 of them."],
    [
      { response_format: { type: "xml" } },
      '`response_format.type` must be "text", "json_object" or "json_schema".',
    ],
  ])("refuses %j", async (options, message) => {
    expect(await errorOf(await testApp().chat({ ...HELLO, ...options }))).toEqual([
      400,
      "invalid_request_error",
      message,
    ]);
  });

  test("ignores nulls and fields it does not know", async () => {
    const response = await testApp().chat({
      ...HELLO,
      temperature: null,
      stop: "x",
      n: 3,
      ["__proto__x"]: 1,
      tools: [],
    });
    expect(response.status).toBe(200);
  });

  test("stops at the first byte over the limit, declared or not", async () => {
    const { send, agents } = testApp({ config: { chatCompletions: { enabled: true, maxBodyBytes: 64 } } });
    const declared = await send("/v1/chat/completions", {
      method: "POST",
      body: "x",
      headers: { "content-length": "65" },
    });
    let pulls = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulls += 1;
        controller.enqueue(new Uint8Array(40));
      },
    });
    const streamed = await send("/v1/chat/completions", {
      method: "POST",
      body: endless,
      duplex: "half",
    });
    for (const response of [declared, streamed]) {
      expect(response.headers.get("connection")).toBe("close");
      expect(await errorOf(response)).toEqual([413, "invalid_request_error", "Payload too large"]);
    }
    expect(pulls).toBeLessThan(6);
    expect(agents.requests).toEqual([]);
  });

  test("gives a slow body thirty seconds", async () => {
    vi.useFakeTimers();
    try {
      const never = new ReadableStream<Uint8Array>({});
      const pending = testApp().send("/v1/chat/completions", {
        method: "POST",
        body: never,
        duplex: "half",
      });
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await errorOf(await pending)).toEqual([408, "invalid_request_error", "Request body timeout"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("T-WEB-05 demands JSON wherever no secret proves the caller", async () => {
    const plain = { "content-type": "text/plain" };
    const status = async (app: ReturnType<typeof testApp>, headers: Record<string, string>) =>
      (await app.chat(HELLO, headers)).status;
    expect(await status(testApp(), plain)).toBe(200);
    expect(await status(testApp(), { ...plain, origin: "http://127.0.0.1:18789" })).toBe(415);
    expect(
      await status(testApp(), { "content-type": "application/json", origin: "http://127.0.0.1:18789" }),
    ).toBe(200);
    expect(await status(testApp({ grant: { method: "none" } }), plain)).toBe(415);
    expect(
      await status(testApp({ grant: { method: "trusted-proxy" } }), {
        "content-type": "application/json; charset=utf-8",
      }),
    ).toBe(200);
  });

  test("T-WEB-05 passes on the refusal of a foreign origin", async () => {
    const { chat, agents } = testApp();
    const response = await chat(HELLO, {
      origin: "https://evil.example",
      "content-type": "application/json",
    });
    expect(response.status).toBe(403);
    expect(agents.requests).toEqual([]);
  });
});

describe("backend model", () => {
  test("is overridden by x-openclaw-model, by an admin", async () => {
    const { chat, agents } = testApp();
    await chat(HELLO, { "x-openclaw-model": "fake/fake-1" });
    expect(agents.requests).toMatchObject([{ model: "fake/fake-1" }]);
    const writer = testApp({ grant: { scopes: ["operator.write"] } });
    expect((await writer.chat(HELLO, { "x-openclaw-model": "fake/fake-1" })).status).toBe(403);
  });

  test.each(["", "fake", "/x", "x/", "a b/c", `a/${"x".repeat(300)}`])(
    "must be a reference: %j",
    async (reference) => {
      expect(await errorOf(await testApp().chat(HELLO, { "x-openclaw-model": reference }))).toEqual([
        400,
        "invalid_request_error",
        "Invalid `x-openclaw-model`.",
      ]);
    },
  );
});

describe("failures", () => {
  test.each([
    ["auth", 401, "authentication_error", "401 bad key"],
    ["billing", 402, "billing_error", "401 bad key"],
    ["rate_limit", 429, "rate_limit_error", "401 bad key"],
    ["timeout", 408, "timeout_error", "401 bad key"],
    ["format", 400, "invalid_request_error", "401 bad key"],
    ["overflow", 400, "invalid_request_error", "401 bad key"],
    ["model_not_found", 404, "invalid_request_error", "401 bad key"],
    ["unknown", 500, "api_error", "internal error"],
  ] as const)("of the reason %s become status %i", async (reason, status, type, message) => {
    const { chat } = scripted({ failure: { reason, message: "401 bad key" } });
    expect(await errorOf(await chat(HELLO))).toEqual([status, type, message]);
  });

  test("of a run that took too long become 408, of one that was aborted 500", async () => {
    expect((await errorOf(await scripted({ end: "timeout" }).chat(HELLO)))[0]).toBe(408);
    expect(await errorOf(await scripted({ end: "aborted" }).chat(HELLO))).toEqual([
      500,
      "api_error",
      "run aborted (rpc)",
    ]);
  });

  test.each([
    ["malformed_session_key", 400],
    ["model_not_allowed", 400],
    ["blocked", 403],
    ["queue_full", 429],
    ["closing", 503],
  ] as const)("to start with %s become status %i with the domain's own words", async (code, status) => {
    const response = await scripted({ refusal: { code, message: "because" } }).chat(HELLO);
    expect((await errorOf(response)).slice(0, 3)).toEqual([status, expect.any(String), "because"]);
  });

  test("T-HTTP-10 that nobody foresaw leak nothing", async () => {
    const { chat, log } = scripted({ refusal: { code: "store_failed", message: "disk /dev/sda1 is gone" } });
    expect(await errorOf(await chat(HELLO))).toEqual([500, "api_error", "internal error"]);
    expect(log).toMatchObject([{ level: "error" }]);
  });
});

describe("stream", () => {
  const stream = { ...HELLO, stream: true };
  const frame = (delta: unknown, finish_reason: string | null = null) => ({
    id: "chatcmpl_id-2",
    object: "chat.completion.chunk",
    created,
    model: "openclaw",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const frames = async (response: Response) => parseSse(await response.text());

  test("tells the role at once, then the text as it comes, the finish, and the end", async () => {
    const response = await scripted({ messages: [["Hello", " there"]] }).chat(stream);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await frames(response)).toEqual([
      frame({ role: "assistant" }),
      frame({ content: "Hello" }),
      frame({ content: " there" }),
      frame({}, "stop"),
      "[DONE]",
    ]);
  });

  test("adds up to the answer without stream, over several messages", async () => {
    const script = {
      messages: [
        ["Call", "ing."],
        ["Done", "."],
      ],
      payloads: ["Calling.", "Done.", "(footer)"],
    };
    const parts = (await frames(await scripted(script).chat(stream))) as {
      choices?: { delta: { content?: string } }[];
    }[];
    const text = parts.map((part) => part.choices?.[0]?.delta.content ?? "").join("");
    expect(text).toBe("Calling.\n\nDone.\n\n(footer)");
  });

  test("ends with a usage chunk when asked to", async () => {
    const { chat } = scripted({ messages: [["a"]], usage: { input: 11, output: 5 } });
    const parts = await frames(await chat({ ...stream, stream_options: { include_usage: true } }));
    expect(parts.slice(-2)).toEqual([
      { ...frame({}), choices: [], usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } },
      "[DONE]",
    ]);
  });

  test("says so when the run had nothing to say", async () => {
    expect(await frames(await scripted({}).chat(stream))).toEqual([
      frame({ role: "assistant" }),
      frame({ content: "No response from OpenClaw." }),
      frame({}, "stop"),
      "[DONE]",
    ]);
  });

  test("reports a failure as a frame, even after text", async () => {
    const script = { messages: [["Hel"]], failure: { reason: "auth", message: "401 bad key" } } as const;
    expect(await frames(await scripted(script).chat(stream))).toEqual([
      frame({ role: "assistant" }),
      frame({ content: "Hel" }),
      { error: { message: "401 bad key", type: "api_error" } },
      "[DONE]",
    ]);
  });

  test("answers a request that cannot start with its status, not with a stream", async () => {
    const { chat } = scripted({ refusal: { code: "agent_mismatch", message: "no" } });
    expect((await errorOf(await chat(stream)))[0]).toBe(400);
  });
});

describe("client disconnect", () => {
  test("aborts the run of a streaming client", async () => {
    const { chat, agents } = scripted({ messages: [["Hel"]], end: "never" });
    const reader = (await chat({ ...HELLO, stream: true })).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(agents.aborted).toEqual([agents.requests[0]?.runId]);
  });

  test("aborts the run of a waiting client", async () => {
    const { send, agents } = scripted({ end: "never" });
    const client = new AbortController();
    const pending = send("/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify(HELLO),
      signal: client.signal,
    });
    await vi.waitFor(() => expect(agents.requests).toHaveLength(1));
    client.abort();
    await pending;
    expect(agents.aborted).toEqual([agents.requests[0]?.runId]);
  });
});
