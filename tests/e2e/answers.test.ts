import { randomUUID } from "node:crypto";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { connect, startEmbedded, TOKEN } from "../support/embedded.ts";
import { hasTerminal, TemporaryUser } from "../support/gateway-process.ts";

const SLOW = "@delay 100\n@words 20";
const TWENTY = Array.from({ length: 20 }, (_, index) => `w${index + 1}`).join(" ");

/** Notes when pieces of text come. */
function recorder() {
  const times: number[] = [];
  return {
    note: () => void times.push(performance.now()),
    get pieces() {
      return times.length;
    },
    get spanMs() {
      return (times.at(-1) ?? 0) - (times[0] ?? 0);
    },
  };
}

// A slow answer is the subject here, not the speed: the model itself waits 100 ms between 20 words.
describe("a slow answer arrives in pieces", () => {
  test("through chat.send", async () => {
    await using running = await startEmbedded();
    const client = await connect(running.address.url);
    const seen = recorder();
    const text = await new Promise((resolve, reject) => {
      client.on("chat", (event) => {
        seen.note();
        if (event.state === "final") resolve(event.message?.content);
        if (event.state === "error") reject(new Error(event.errorMessage));
      });
      client
        .request("chat.send", { sessionKey: "main", message: SLOW, idempotencyKey: randomUUID() })
        .catch(reject);
    });
    expect(JSON.stringify(text)).toContain(TWENTY);
    expect(seen.pieces).toBeGreaterThanOrEqual(10);
    expect(seen.spanMs).toBeGreaterThanOrEqual(1_500);
    await client.close();
  });

  test("through the OpenAI-compatible API", async () => {
    await using running = await startEmbedded();
    const openai = new OpenAI({ baseURL: `${running.address.httpUrl}/v1`, apiKey: TOKEN, maxRetries: 0 });
    const seen = recorder();
    let text = "";
    for await (const chunk of await openai.chat.completions.create({
      model: "openclaw",
      stream: true,
      messages: [{ role: "user", content: SLOW }],
    })) {
      const piece = chunk.choices[0]?.delta.content;
      if (!piece) continue;
      seen.note();
      text += piece;
    }
    expect(text).toContain(TWENTY);
    expect(seen.pieces).toBeGreaterThanOrEqual(10);
    expect(seen.spanMs).toBeGreaterThanOrEqual(1_500);
  });

  test.skipIf(!hasTerminal)("through the command line on a terminal", async () => {
    await using user = await TemporaryUser.create();
    const { port } = await user.startGateway();
    const seen = recorder();
    const child = user.spawnOnTerminal(["--dev", "agent", "--message", SLOW, "--session", "main"], {
      OPENCLAW_GATEWAY_PORT: String(port),
    });
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      seen.note();
      text += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(0);
    expect(text).toContain(TWENTY);
    expect(seen.pieces).toBeGreaterThanOrEqual(10);
    expect(seen.spanMs).toBeGreaterThanOrEqual(1_500);
  });
});

describe("a failing provider ends as an error", () => {
  const FAIL = "@error auth the key is wrong";

  test("through agent and chat.send", async () => {
    await using running = await startEmbedded();
    const client = await connect(running.address.url);
    const run = client.run("agent", { message: FAIL, idempotencyKey: randomUUID() });
    await expect(run.final).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("the key is wrong"),
    });
    const state = await new Promise((resolve, reject) => {
      client.on("chat", (event) => event.state !== "delta" && resolve(event));
      client
        .request("chat.send", { sessionKey: "main", message: FAIL, idempotencyKey: randomUUID() })
        .catch(reject);
    });
    expect(state).toMatchObject({
      state: "error",
      errorMessage: expect.stringContaining("the key is wrong"),
    });
    await client.close();
  });

  test("through the OpenAI-compatible API, streaming and not", async () => {
    await using running = await startEmbedded();
    const openai = new OpenAI({ baseURL: `${running.address.httpUrl}/v1`, apiKey: TOKEN, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: FAIL }];
    await expect(openai.chat.completions.create({ model: "openclaw", messages })).rejects.toMatchObject({
      status: 401,
    });
    const stream = await openai.chat.completions.create({ model: "openclaw", stream: true, messages });
    const read = async () => {
      for await (const _chunk of stream);
    };
    await expect(read()).rejects.toThrow();
  });

  test("through the command line, with exit code 1", async () => {
    await using user = await TemporaryUser.create();
    const { port } = await user.startGateway();
    const env = { OPENCLAW_GATEWAY_PORT: String(port) };
    const result = await user.openclaw(["--dev", "agent", "--message", FAIL], { env });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("the key is wrong");
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });
});

test.each(["chat.send", "agent.identity.get"] as const)(
  "%s for an agent that does not exist is refused with a code programs can read",
  async (method) => {
    await using running = await startEmbedded();
    const client = await connect(running.address.url);
    const params =
      method === "chat.send"
        ? { sessionKey: "agent:nobody:main", message: "hello", idempotencyKey: randomUUID() }
        : { agentId: "nobody" };
    await expect(client.request(method, params)).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: `invalid ${method} params: unknown agent id "nobody"`,
      details: { code: "UNKNOWN_AGENT_ID" },
    });
    await client.close();
  },
);
